import { readFile } from 'node:fs/promises'
import { buildSchema, isInputObjectType } from 'graphql'
import { expect, test } from 'vitest'
import { limits } from '../../src/resolvers/limits.ts'
import { schema } from '../../src/schema/index.ts'
import { printContract } from '../../src/schema/print-contract.ts'

test('schema.graphql is the schema, printed', async () => {
  const file = await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8')
  // Printed again, because the file keeps the project's formatting.
  expect(printContract(buildSchema(file))).toBe(printContract(schema))
})

test('the two inputs that take exactly one field say so', () => {
  const oneOf = Object.values(schema.getTypeMap()).filter((type) => isInputObjectType(type) && type.isOneOf)
  expect(oneOf.map(({ name }) => name).sort()).toEqual(['ChatStreamInput', 'DocumentSource'])
})

test.each([
  ['AskQuestionInput', 'question', '8,000'],
  ['AskQuestionInput', 'collection', '63'],
  ['AskQuestionInput', 'topK', limits.topK],
  ['AskQuestionInput', 'requestId', limits.requestIdCharacters],
  ['RetrieveInput', 'query', '8,000'],
  ['RetrieveInput', 'topK', limits.topK],
  ['RetrieveInput', 'minScore', '0 to 1'],
  ['CreateCollectionInput', 'name', '63'],
  ['CreateCollectionInput', 'description', limits.descriptionCharacters],
  ['IngestDocumentsInput', 'documents', limits.documentsPerCall],
  ['DocumentInput', 'externalId', limits.externalIdCharacters],
  ['DocumentInput', 'title', limits.titleCharacters],
  ['DocumentInput', 'mimeType', limits.mimeTypeCharacters],
  ['DocumentInput', 'metadata', '16 KiB'],
  ['DocumentSource', 'text', '10 MiB'],
  ['DocumentSource', 'file', '64 MiB'],
  ['DeleteDocumentsInput', 'ids', limits.ids],
  ['DocumentFilter', 'documentIds', limits.ids],
  ['DocumentFilter', 'externalIds', limits.filterValues],
  ['DocumentFilter', 'metadata', limits.metadataConditions],
  ['MetadataCondition', 'path', limits.metadataPathKeys],
])('%s.%s tells its limit', (typeName, field, limit) => {
  const type = schema.getType(typeName)
  expect(isInputObjectType(type) && type.getFields()[field]?.description).toContain(String(limit))
})

test('limits are told beside what a field means, not instead of it', () => {
  const requestId = askField('requestId')?.description
  expect(requestId).toMatch(/^Idempotency key: .*\n1 to 200 characters\.$/s)
})

function askField(name: string) {
  const type = schema.getType('AskQuestionInput')
  return isInputObjectType(type) ? type.getFields()[name] : undefined
}
