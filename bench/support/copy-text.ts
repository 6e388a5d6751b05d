type Value = string | number | boolean | null

/** About so many bytes are sent at a time. */
const chunkLength = 128 * 1024
const special = /[\\\t\n\r]/g
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/** Rows in COPY's text format. */
export function* copyText(rows: Iterable<readonly Value[]>): Generator<Buffer> {
  let text = ''
  for (const row of rows) {
    text += `${row.map(field).join('\t')}\n`
    if (text.length < chunkLength) continue
    yield Buffer.from(text)
    text = ''
  }
  if (text !== '') yield Buffer.from(text)
}

function field(value: Value): string {
  if (value === null) return '\\N'
  return typeof value === 'string'
    ? value.replace(special, (found) => escapes[found] ?? found)
    : String(value)
}
