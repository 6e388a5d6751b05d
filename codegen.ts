import type { CodegenConfig } from '@graphql-codegen/cli'

/**
 * Types and documents of clients/typescript, made from the printed schema: offline, and never committed,
 * so that they cannot disagree with it.
 */
const config: CodegenConfig = {
  schema: './schema.graphql',
  documents: './clients/typescript/operations/*.graphql',
  generates: {
    './clients/typescript/generated/': {
      preset: 'client',
      // Documents are strings with types: a client sends them as they are and needs no graphql package.
      presetConfig: { fragmentMasking: false, skipIndexFile: true },
      config: {
        documentMode: 'string',
        enumType: 'const',
        useTypeImports: true,
        importExtension: '.ts',
        strictScalars: true,
        scalars: { DateTime: 'string', JSON: 'unknown', File: 'Blob' },
      },
    },
  },
}

export default config
