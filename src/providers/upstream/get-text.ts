export interface GetOptions {
  readonly maxBytes: number
  readonly timeLimitMs: number
  readonly headers?: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/**
 * Gets a page; its text is null where it is longer than that, or its status no success. Redirects are not followed.
 * @throws the error of the network; a TimeoutError; the signal's reason
 */
export async function getText(
  url: string,
  { maxBytes, timeLimitMs, headers, signal }: GetOptions,
): Promise<{ readonly status: number; readonly text: string | null }> {
  const either = AbortSignal.any([signal, AbortSignal.timeout(timeLimitMs)])
  const response = await fetch(url, { redirect: 'manual', signal: either, ...(headers && { headers }) })
  const { status } = response
  if (!response.ok) {
    await response.body?.cancel()
    return { status, text: null }
  }
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.length
    // Leaving the loop ends the request.
    if (length > maxBytes) return { status, text: null }
    parts.push(part)
  }
  return { status, text: Buffer.concat(parts).toString() }
}
