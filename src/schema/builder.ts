import SchemaBuilder from '@pothos/core'
import ComplexityPlugin from '@pothos/plugin-complexity'
import PrismaPlugin from '@pothos/plugin-prisma'
import RelayPlugin from '@pothos/plugin-relay'
import TracingPlugin from '@pothos/plugin-tracing'
import type PrismaTypes from '../generated/pothos.ts'
import { getDatamodel } from '../generated/pothos.ts'
import type { UploadedFile } from '../ingestion/uploaded-file.ts'
import type { Context } from '../resolvers/context.ts'
import { encodeGlobalId } from '../resolvers/global-id.ts'
import { limits } from '../resolvers/limits.ts'
import { observeResolver } from './observe-resolvers.ts'
import { TooComplexError } from './too-complex-error.ts'

export interface Types {
  Context: Context
  DefaultFieldNullability: false
  PrismaTypes: PrismaTypes
  Scalars: {
    ID: { Input: string; Output: string }
    DateTime: { Input: Date; Output: Date }
    JSON: { Input: unknown; Output: unknown }
    File: { Input: UploadedFile; Output: never }
  }
}

/** Every file of src/schema adds its type to it; index.ts imports them all and builds the schema. */
export const builder = new SchemaBuilder<Types>({
  // Tracing first, outermost: it times what the other plugins do, too.
  plugins: [TracingPlugin, ComplexityPlugin, RelayPlugin, PrismaPlugin],
  defaultFieldNullability: false,
  prisma: {
    client: ({ services }) => services.database.prisma,
    dmmf: getDatamodel(),
  },
  relay: {
    // Ids of inputs are read by the resolvers, which name the argument where one is wrong.
    encodeGlobalID: (type, id) => encodeGlobalId(type, String(id)),
    nodeTypeOptions: { description: 'An object with a globally unique, opaque id.' },
    nodeQueryOptions: false,
    nodesQueryOptions: false,
  },
  complexity: {
    limit: { complexity: limits.complexity },
    complexityError: (_kind, { complexity }) => new TooComplexError(complexity, limits.complexity),
  },
  tracing: {
    // Subscriptions are observed where they are set up; per event there is nothing but to pass it on.
    default: ({ parentType }) => parentType === 'Query' || parentType === 'Mutation',
    wrap:
      (resolve, _options, { parentType, name }) =>
      (parent, args, context, info) =>
        observeResolver(`${parentType}.${name}`, context, () => resolve(parent, args, context, info)),
  },
})
