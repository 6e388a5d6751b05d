import type { Validators } from './web-fetcher.ts'

// RFC 9110, 8.8.3 and 5.6.7. What else a server calls so is not stored: it would be sent back as a header.
const entityTag = /^(W\/)?"[\x21\x23-\x7e]{0,500}"$/
const httpDate = /^[A-Za-z0-9,: -]{1,64}$/

export function readEtag(header: string | null): string | null {
  return header !== null && entityTag.test(header) ? header : null
}

export function readLastModified(header: string | null): string | null {
  return header !== null && httpDate.test(header) && !Number.isNaN(Date.parse(header)) ? header : null
}

/** The headers that ask whether the content at `url` is still the one of the validators; none where it is not theirs. */
export function conditionalHeaders(validators: Validators, url: URL): Record<string, string> {
  if (validators.url && URL.parse(validators.url)?.href !== url.href) return {}
  const etag = readEtag(validators.etag)
  const lastModified = readLastModified(validators.lastModified)
  return {
    ...(etag === null ? {} : { 'if-none-match': etag }),
    ...(lastModified === null ? {} : { 'if-modified-since': lastModified }),
  }
}
