import { limits } from '../resolvers/limits.ts'
import { builder } from './builder.ts'

const operand = `At most ${limits.metadataBytes / 1024} KiB serialised, ${limits.metadataDepth} levels deep.`

const MetadataCondition = builder.inputType('MetadataCondition', {
  description: 'One comparison on a metadata value: path, and exactly one operator.',
  fields: (t) => ({
    path: t.stringList({
      required: true,
      description: `Keys from the outermost in, for example ["author", "team"]. 1 to ${limits.metadataPathKeys} keys of 1 to ${limits.metadataKeyCharacters} characters.`,
    }),
    equals: t.field({ type: 'JSON', description: operand }),
    in: t.field({ type: ['JSON'], description: `1 to ${limits.filterValues} values. Each: ${operand}` }),
    gte: t.field({ type: 'JSON', description: `A number or a string. ${operand}` }),
    lte: t.field({ type: 'JSON', description: `A number or a string. ${operand}` }),
    exists: t.boolean(),
  }),
})

export const DocumentFilter = builder.inputType('DocumentFilter', {
  description: 'All conditions that are given must hold.',
  fields: (t) => ({
    documentIds: t.idList({ description: `At most ${limits.ids}.` }),
    externalIds: t.stringList({
      description: `At most ${limits.filterValues}, of 1 to ${limits.externalIdCharacters} characters.`,
    }),
    mimeTypes: t.stringList({
      description: `At most ${limits.filterValues}, of 1 to ${limits.mimeTypeCharacters} characters.`,
    }),
    createdAfter: t.field({ type: 'DateTime' }),
    createdBefore: t.field({ type: 'DateTime' }),
    metadata: t.field({ type: [MetadataCondition], description: `At most ${limits.metadataConditions}.` }),
  }),
})
