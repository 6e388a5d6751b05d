import { isIP } from 'node:net'
import { FailureCode, FailureError } from '../failure.ts'
import { checkUrl, hostOf } from '../providers/web/check-url.ts'
import { FetchError } from '../providers/web/fetch-error.ts'
import { isPublicAddress } from '../providers/web/public-address.ts'
import { documentLimits } from './document-limits.ts'

/**
 * What can be told of an address before it is fetched. Where its name leads to is found out then.
 *
 * @returns it in its normal form, without its fragment, and what to call the document until it has a title
 * @throws FailureError INVALID_INPUT; FETCH_FAILED where it is itself an address that is not public
 */
export function checkSourceUrl(given: string): { readonly url: string; readonly name: string } {
  const url = parse(given)
  const host = hostOf(url)
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw new FetchError('not_public')
  return { url: url.href, name: `${url.host}${url.pathname}`.slice(0, documentLimits.titleCharacters) }
}

function parse(given: string): URL {
  try {
    return checkUrl(given)
  } catch (error) {
    if (!(error instanceof FetchError)) throw error
    throw new FailureError(FailureCode.InvalidInput, `source.url: ${error.message}`, { cause: error })
  }
}
