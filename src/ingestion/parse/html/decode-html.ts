import { bomEncoding, textEncoding } from '../text-encoding.ts'

/** Bytes within which a page says its encoding (the HTML standard has 1,024; some pages are late). */
const HEAD = 4_096

const META_CHARSET = /<meta[^>]{1,500}charset[ \t\n]{0,9}=[ \t\n]{0,9}["']?[ \t\n]{0,9}([\w.:-]{1,40})/i
const XML_ENCODING = /^\s{0,99}<\?xml[^>]{1,200}encoding=["']([\w.:-]{1,40})/

function declaredEncoding(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD)).toString('latin1')
  const label = META_CHARSET.exec(head)?.[1] ?? XML_ENCODING.exec(head)?.[1]
  if (!label) return null
  try {
    const { encoding } = new TextDecoder(label)
    // The declaration was read as ASCII, which UTF-16 is not: the HTML standard takes it for UTF-8.
    return encoding.startsWith('utf-16') ? 'utf-8' : encoding
  } catch {
    return null
  }
}

/**
 * The markup of a page: by its byte order mark, else as it declares, else UTF-8 where it is that, else windows-1252, as
 * browsers do. What is invalid becomes U+FFFD: a page with a broken byte is still a page.
 */
export function decodeHtml(bytes: Uint8Array): string {
  const encoding = bomEncoding(bytes) ?? declaredEncoding(bytes) ?? textEncoding(bytes) ?? 'utf-8'
  return new TextDecoder(encoding).decode(bytes).replace(/\r\n?/g, '\n')
}
