/** An HTTP status that is no success. Same shape as the SDK's APIError, so that one function classifies both. */
export class HttpError extends Error {
  readonly status: number
  readonly headers: Headers

  constructor(status: number, headers: Headers) {
    super(`HTTP ${status}`)
    this.name = 'HttpError'
    this.status = status
    this.headers = headers
  }
}
