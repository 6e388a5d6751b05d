import type { DocumentFilter } from '../retrieval/retrieval.ts'
import { requireRowIds } from './global-id.ts'
import { limits } from './limits.ts'
import { type MetadataConditionInput, parseMetadataCondition } from './metadata-condition-input.ts'
import { requireCount } from './range-input.ts'
import { requireText } from './text-input.ts'

export interface DocumentFilterInput {
  readonly documentIds?: readonly string[] | null | undefined
  readonly externalIds?: readonly string[] | null | undefined
  readonly mimeTypes?: readonly string[] | null | undefined
  readonly createdAfter?: Date | null | undefined
  readonly createdBefore?: Date | null | undefined
  readonly metadata?: readonly MetadataConditionInput[] | null | undefined
}

/** Absent and null are the same: no condition. @throws BadUserInputError */
export function parseFilter(
  field: string,
  input: DocumentFilterInput | null | undefined,
): DocumentFilter | null {
  if (!input) return null
  const { documentIds, externalIds, mimeTypes, createdAfter, createdBefore, metadata } = input
  return {
    ...(documentIds && { documentIds: requireRowIds(`${field}.documentIds`, 'Document', documentIds) }),
    ...(externalIds && {
      externalIds: requireTexts(`${field}.externalIds`, externalIds, limits.externalIdCharacters),
    }),
    ...(mimeTypes && { mimeTypes: requireTexts(`${field}.mimeTypes`, mimeTypes, limits.mimeTypeCharacters) }),
    ...(createdAfter && { createdAfter }),
    ...(createdBefore && { createdBefore }),
    ...(metadata && {
      metadata: requireCount(`${field}.metadata`, metadata, 0, limits.metadataConditions).map(
        (condition, index) => parseMetadataCondition(`${field}.metadata[${index}]`, condition),
      ),
    }),
  }
}

function requireTexts(field: string, texts: readonly string[], max: number): readonly string[] {
  return requireCount(field, texts, 0, limits.filterValues).map((text, index) =>
    requireText(`${field}[${index}]`, text, { min: 1, max }),
  )
}
