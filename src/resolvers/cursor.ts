import { BadUserInputError } from '../errors.ts'

/** The columns that a listing can be ordered by. */
export interface KeysetKeys {
  readonly id: string
  readonly name: string
  readonly ordinal: number
}
export type KeysetKey = keyof KeysetKeys

const values: { [K in KeysetKey]: { pattern: RegExp; read(text: string): KeysetKeys[K] } } = {
  id: { pattern: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, read: String },
  name: { pattern: /^[a-z0-9_-]{1,63}$/, read: String },
  ordinal: { pattern: /^(?:0|[1-9]\d{0,8})$/, read: Number },
}

export function writeCursor(key: KeysetKey, value: string | number): string {
  return Buffer.from(`${key}:${value}`).toString('base64url')
}

/** @throws BadUserInputError where this kind of listing never gave it out */
export function parseCursor<K extends KeysetKey>(field: string, key: K, cursor: string): KeysetKeys[K] {
  const text = Buffer.from(cursor, 'base64url').toString()
  const value = text.slice(key.length + 1)
  if (!values[key].pattern.test(value) || writeCursor(key, value) !== cursor) {
    throw new BadUserInputError(field, 'is not a cursor of this list')
  }
  return values[key].read(value)
}
