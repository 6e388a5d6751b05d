import { headerParameters } from './header-parameters.ts'
import { headerText } from './header-text.ts'

/** What file systems take. UTF-16 units. */
const LONGEST = 255

/** A file name for the content: that of Content-Disposition (RFC 6266), else the last part of the URL's path. */
export function sourceName(disposition: string | null, url: URL): string | null {
  const { parameters } = headerParameters(disposition ?? '')
  const extended = decodeExtended(parameters.get('filename*') ?? '')
  const plain = headerText(parameters.get('filename') ?? '')
  const path = decodePercent(url.pathname.slice(url.pathname.lastIndexOf('/') + 1))
  return clean(extended) ?? clean(plain) ?? clean(path)
}

/** `UTF-8'en'na%C3%AFve.pdf` (RFC 8187); empty for any other charset. */
function decodeExtended(text: string): string {
  const [charset = '', , ...rest] = text.split("'")
  return charset.toLowerCase() === 'utf-8' ? decodePercent(rest.join("'")) : ''
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Without folders and control characters; null where nothing is left. */
function clean(text: string): string | null {
  const base = text.slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\')) + 1)
  const name = base
    .replace(/\p{Cc}/gu, '')
    .trim()
    .slice(0, LONGEST)
    .toWellFormed()
  return name === '' || name === '.' || name === '..' ? null : name
}
