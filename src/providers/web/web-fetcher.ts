/** What came of a fetch: the content, or that it is what the validators name. */
export type FetchedSource =
  | {
      readonly kind: 'content'
      /** Decoded: no content encoding is left. */
      readonly bytes: Buffer
      /** The type and subtype of Content-Type, in lower case, as the server claims it. */
      readonly mimeType: string | null
      /** The charset parameter of Content-Type, in lower case. */
      readonly charset: string | null
      /** The file's name by Content-Disposition, else by the path; no folder in it. At most 255 characters. */
      readonly name: string | null
      /** To be handed back as validators; null where the server gave none that can be sent. */
      readonly etag: string | null
      readonly lastModified: string | null
      /** After redirects. */
      readonly url: string
    }
  | { readonly kind: 'unchanged' }

/** What an earlier fetch returned, for a conditional request. */
export interface Validators {
  readonly etag: string | null
  readonly lastModified: string | null
  /**
   * The address they came from, after redirects. Where given, they are sent to it alone: an ETag says nothing
   * about another address, and one that is "1" on both would make a moved document look unchanged.
   */
  readonly url?: string | null
}

export interface WebFetcher {
  /**
   * @throws FailureError FETCH_FAILED, TOO_LARGE or TIMEOUT, with a sentence that names no resolved address; the
   * signal's reason after an abort.
   */
  fetch(url: string, validators: Validators, signal: AbortSignal): Promise<FetchedSource>
}
