import type { Collection } from '../generated/prisma/client.ts'
import { type ChunkingInput, parseChunking } from './chunking-input.ts'
import type { Context } from './context.ts'
import { parseDescription } from './create-collection.ts'
import { requireCollectionName } from './text-input.ts'

export interface UpdateCollectionArgs {
  readonly input: {
    readonly name: string
    readonly newName?: string | null | undefined
    readonly description?: string | null | undefined
    readonly chunking?: ChunkingInput | null | undefined
  }
}

export async function updateCollection(
  { input }: UpdateCollectionArgs,
  { caller, services }: Context,
): Promise<Collection> {
  const name = requireCollectionName('name', input.name)
  return services.collections.update(caller, name, {
    newName: input.newName == null ? null : requireCollectionName('newName', input.newName),
    ...(input.description !== undefined && { description: parseDescription(input.description) }),
    chunking: parseChunking('chunking', input.chunking),
  })
}
