import { FetchError } from './fetch-error.ts'

const LONGEST = 2_048
const defaultPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 }

/**
 * The parsed URL, with the forms of an IPv4 address (octal, hexadecimal, one number) made one, as WHATWG's URL does.
 * `base` is the URL that redirected to it.
 * @throws FetchError bad_url, or redirect where https would go on as http.
 */
export function checkUrl(text: string, base?: URL): URL {
  const refuse = (message?: string) => new FetchError('bad_url', message === undefined ? {} : { message })
  if (text.length > LONGEST) throw refuse('The URL is longer than 2,048 characters.')
  const url = URL.parse(text, base)
  if (url === null) throw refuse()
  if (!(url.protocol in defaultPorts)) throw refuse('Only http and https addresses are fetched.')
  // Joined with its base it may have grown.
  if (url.href.length > LONGEST) throw refuse('The URL is longer than 2,048 characters.')
  // They would be stored with the document and shown with it.
  if (url.username !== '' || url.password !== '') throw refuse('The URL must hold no user name or password.')
  if (!isWebPort(portOf(url))) throw refuse('The port is not one of the web.')
  if (base?.protocol === 'https:' && url.protocol === 'http:') {
    throw new FetchError('redirect', { message: 'The server redirects from https to http.' })
  }
  url.hash = ''
  return url
}

export function portOf(url: URL): number {
  return url.port === '' ? (defaultPorts[url.protocol] ?? 0) : Number(url.port)
}

/** Of the host without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

/**
 * The address decides what may be reached, and it is public. The port is looked at for others' sake: below 1,024 stand
 * the mail, shell and directory servers of the internet, which nobody shall knock at through this one. A web server
 * without privileges has a port above, and which cannot be foreseen.
 */
function isWebPort(port: number): boolean {
  return port === 80 || port === 443 || port >= 1_024
}
