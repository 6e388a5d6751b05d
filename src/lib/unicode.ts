/**
 * What PostgreSQL would refuse in a text, or null: U+0000, which its text type cannot hold, or half of a surrogate
 * pair, which has no UTF-8. Check what comes from outside before it reaches a query.
 */
export function firstIllFormed(text: string): 'NUL' | 'lone surrogate' | null {
  if (text.includes('\0')) return 'NUL'
  return text.isWellFormed() ? null : 'lone surrogate'
}
