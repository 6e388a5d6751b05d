/**
 * What a Retry-After header asks for, in milliseconds: seconds or an HTTP date (RFC 9110, 10.2.3).
 * Null where it is absent or unreadable.
 */
export function readRetryAfter(headers: Headers | undefined, now: number = Date.now()): number | null {
  const value = headers?.get('retry-after')?.trim()
  if (!value) return null
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1_000
  const date = Date.parse(value)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}
