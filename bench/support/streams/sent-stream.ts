/** What the upstream did for one stream; times on the machine's monotonic clock, in milliseconds. */
export interface SentStream {
  readonly stream: number
  /** When its request was there. */
  readonly received: number
  /** When each token was written. */
  readonly times: readonly number[]
}

/** Of all streams since the last call. @param upstream its base URL */
export async function readSent(upstream: string): Promise<Map<number, SentStream>> {
  const streams = (await (await fetch(new URL('/sent', upstream))).json()) as SentStream[]
  return new Map(streams.map((each) => [each.stream, each]))
}
