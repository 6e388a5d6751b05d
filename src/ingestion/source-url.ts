import { FailureCode, FailureError } from '../failure.ts'
import { documentLimits } from './document-limits.ts'

/**
 * What can be told of an address before it is fetched; whether it is public is found out then.
 *
 * @returns it in its normal form, without its fragment, and what to call the document until it has a title
 * @throws FailureError INVALID_INPUT
 */
export function checkUrl(given: string): { readonly url: string; readonly name: string } {
  const { urlCharacters } = documentLimits
  if (given.length > urlCharacters) {
    throw invalid(`has ${given.length} characters; at most ${urlCharacters} are accepted`)
  }
  const url = URL.parse(given)
  if (!url) throw invalid('is not an address such as https://example.com/page')
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw invalid('must begin with http: or https:')
  if (url.username || url.password) throw invalid('must not hold a user or password')
  // It never reaches the server, and the same page under two fragments is one document.
  url.hash = ''
  if (url.href.length > urlCharacters) {
    throw invalid(`has ${url.href.length} characters; at most ${urlCharacters} are accepted`)
  }
  return { url: url.href, name: `${url.host}${url.pathname}`.slice(0, documentLimits.titleCharacters) }
}

function invalid(problem: string): FailureError {
  return new FailureError(FailureCode.InvalidInput, `source.url ${problem}`)
}
