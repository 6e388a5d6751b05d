import { BadUserInputError } from '../errors.ts'
import { limits } from './limits.ts'
import { requireCount } from './range-input.ts'

export type NodeType =
  | 'Workspace'
  | 'Collection'
  | 'Document'
  | 'Chunk'
  | 'Ingestion'
  | 'EmbeddingMigration'
  | 'Conversation'
  | 'Run'

export interface GlobalId {
  readonly type: string
  /** The row's id. */
  readonly id: string
}

const pattern = /^([A-Za-z]+):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

/** Opaque to clients: base64url of `Type:uuid`. */
export function encodeGlobalId(type: string, id: string): string {
  return Buffer.from(`${type}:${id}`).toString('base64url')
}

/** Null for what this server never gave out: every object has one spelling of its id. */
export function decodeGlobalId(globalId: string): GlobalId | null {
  const [, type, id] = pattern.exec(Buffer.from(globalId, 'base64url').toString()) ?? []
  if (!type || !id || encodeGlobalId(type, id) !== globalId) return null
  return { type, id }
}

/** @throws BadUserInputError where it is not the id of such an object, whether or not that exists */
export function requireRowId(field: string, type: NodeType, globalId: string): string {
  const decoded = decodeGlobalId(globalId)
  if (decoded?.type === type) return decoded.id
  throw new BadUserInputError(field, `is not the id of ${/^[AEIOU]/.test(type) ? 'an' : 'a'} ${type}`)
}

export function requireRowIds(field: string, type: NodeType, globalIds: readonly string[]): string[] {
  return requireCount(field, globalIds, 0, limits.ids).map((id, index) =>
    requireRowId(`${field}[${index}]`, type, id),
  )
}
