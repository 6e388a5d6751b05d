import { readContentType } from './content-type.ts'
import { FetchError } from './fetch-error.ts'
import { headerText } from './header-text.ts'
import { readBody, tooLarge } from './read-body.ts'
import type { HopResponse } from './request-hop.ts'
import { sourceName } from './source-name.ts'
import { readEtag, readLastModified } from './validators.ts'
import type { FetchedSource } from './web-fetcher.ts'

const redirects = new Set([301, 302, 303, 307, 308])
/** Statuses below 500 that another time can turn into an answer. */
const passing = new Set([408, 425, 429])

/** Where an answer leads, or what it holds. */
export type Answer =
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'source'; readonly source: FetchedSource }

/** @throws FetchError; what reading the body throws. */
export async function readAnswer(
  response: HopResponse,
  { url, conditional, maxBytes }: { url: URL; conditional: boolean; maxBytes: number },
): Promise<Answer> {
  const { status, header, body } = response
  if (redirects.has(status)) {
    const location = header('location')
    if (location === null) throw new FetchError('status', { message: statusMessage(status) })
    return { kind: 'redirect', location: headerText(location) }
  }
  if (status === 304 && conditional) return { kind: 'source', source: { kind: 'unchanged' } }
  // 203 is a 200 that a proxy has changed. The other successes bring no document or a part of it.
  if (status !== 200 && status !== 203) {
    const retryable = status >= 500 || passing.has(status)
    throw new FetchError('status', { message: statusMessage(status), retryable })
  }
  if (Number(header('content-length')) > maxBytes) throw tooLarge(maxBytes)
  const source = {
    kind: 'content',
    bytes: await readBody(body, header('content-encoding'), maxBytes),
    ...readContentType(header('content-type')),
    name: sourceName(header('content-disposition'), url),
    etag: readEtag(header('etag')),
    lastModified: readLastModified(header('last-modified')),
    url: url.href,
  } as const
  return { kind: 'source', source }
}

function statusMessage(status: number): string {
  return `The server answered with status ${status}.`
}
