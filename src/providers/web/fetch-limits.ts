export interface FetchLimits {
  /** Of a fetch with all its redirects, milliseconds. @default 30000 */
  readonly totalMs: number
  /** To look a name up, and again to connect, TLS included; milliseconds. @default 10000 */
  readonly connectMs: number
  /** Of the content, decoded, and as it arrives. @default 67108864, 64 MiB */
  readonly maxBytes: number
  /** Of an answer's header. @default 32768 */
  readonly maxHeaderBytes: number
  /** @default 5 */
  readonly maxRedirects: number
}

export const defaultFetchLimits: FetchLimits = {
  totalMs: 30_000,
  connectMs: 10_000,
  maxBytes: 64 * 2 ** 20,
  maxHeaderBytes: 32_768,
  maxRedirects: 5,
}
