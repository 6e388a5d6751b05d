/** A header's value as UTF-8, which servers put there raw and which arrives as Latin-1; unchanged where it is none. */
export function headerText(value: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'latin1'))
  } catch {
    return value
  }
}
