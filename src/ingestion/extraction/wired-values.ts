import { FailureCode } from '../../failure.ts'
import { firstIllFormed } from '../../lib/unicode.ts'
import type { Failed } from './wire.ts'

/** Thrown where what comes is not of the protocol. */
export class ProtocolError extends Error {}

export function isOffset(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

export function json(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'))
  } catch (cause) {
    throw new ProtocolError('a frame is not JSON', { cause })
  }
}

export function record(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  throw new ProtocolError('a frame is no object')
}

export function asHeadings(value: unknown): readonly string[] {
  const isText = (words: unknown) => typeof words === 'string' && firstIllFormed(words) === null
  if (Array.isArray(value) && value.every(isText)) return value
  throw new ProtocolError('headings are no texts')
}

export function asFailed(value: unknown): Failed {
  const { code: name, message, retryable, stack } = record(value)
  const code = Object.values(FailureCode).find((known) => known === name)
  if (!code || typeof message !== 'string') throw new ProtocolError('a failure has no code')
  const failed = { code, message: storable(message), retryable: retryable === true }
  return typeof stack === 'string' ? { ...failed, stack: stack.slice(0, 4_000) } : failed
}

function storable(message: string): string {
  return message.slice(0, 500).replaceAll('\0', '').toWellFormed()
}
