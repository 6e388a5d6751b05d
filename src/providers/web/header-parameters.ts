/**
 * `value; name="quoted \"string\""; other=token` (RFC 9110, 5.6.6). Names in lower case; the first of a name counts.
 * One pass over the header; what is no parameter is skipped.
 */
export function headerParameters(header: string): { value: string; parameters: Map<string, string> } {
  const parameters = new Map<string, string>()
  const [value = '', ...rest] = splitOutsideQuotes(header)
  for (const part of rest) {
    const equals = part.indexOf('=')
    if (equals < 0) continue
    const name = part.slice(0, equals).trim().toLowerCase()
    if (!parameters.has(name)) parameters.set(name, unquote(part.slice(equals + 1).trim()))
  }
  return { value: value.trim(), parameters }
}

function splitOutsideQuotes(header: string): string[] {
  const parts: string[] = []
  let start = 0
  let quoted = false
  for (let at = 0; at < header.length; at += 1) {
    const character = header[at]
    if (quoted && character === '\\') at += 1
    else if (character === '"') quoted = !quoted
    else if (character === ';' && !quoted) {
      parts.push(header.slice(start, at))
      start = at + 1
    }
  }
  parts.push(header.slice(start))
  return parts
}

function unquote(text: string): string {
  if (!text.startsWith('"')) return text
  const end = text.length > 1 && text.endsWith('"') ? -1 : text.length
  return text.slice(1, end).replace(/\\(.)/g, '$1')
}
