import { randomId } from './random-id.ts'

const crlf = '\r\n'

/**
 * A multipart/form-data body as one Blob, which fetch reads piece by piece wherever it runs. Not FormData: of a
 * file that cannot be read any more, Node's fetch never ends, and its error ends the process.
 */
export function multipartBody(
  fields: Readonly<Record<string, string>>,
  files: Iterable<readonly [name: string, file: Blob]>,
): { readonly contentType: string; readonly body: Blob } {
  const boundary = `groundwire-${randomId()}`
  const head = (name: string, more = '') =>
    `--${boundary}${crlf}Content-Disposition: form-data; name="${escaped(name)}"${more}${crlf}${crlf}`
  const parts: (string | Blob)[] = Object.entries(fields).map(([name, value]) => head(name) + value + crlf)
  for (const [name, file] of files) {
    const fileName = file instanceof File ? `; filename="${escaped(file.name)}"` : ''
    const type = file.type || 'application/octet-stream'
    parts.push(head(name, `${fileName}${crlf}Content-Type: ${type}`), file, crlf)
  }
  parts.push(`--${boundary}--${crlf}`)
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: new Blob(parts) }
}

/** As browsers write names (HTML, multipart/form-data encoding algorithm). */
function escaped(name: string): string {
  return name.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22')
}
