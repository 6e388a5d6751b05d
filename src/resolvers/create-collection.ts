import type { Collection } from '../generated/prisma/client.ts'
import { type ChunkingInput, parseChunking } from './chunking-input.ts'
import type { Context } from './context.ts'
import { limits } from './limits.ts'
import { requireCollectionName, requireText } from './text-input.ts'

export interface CreateCollectionArgs {
  readonly input: {
    readonly name: string
    readonly description?: string | null | undefined
    readonly chunking?: ChunkingInput | null | undefined
  }
}

export async function createCollection(
  { input }: CreateCollectionArgs,
  { caller, services }: Context,
): Promise<Collection> {
  return services.collections.create(caller, requireCollectionName('name', input.name), {
    description: parseDescription(input.description ?? null),
    chunking: parseChunking('chunking', input.chunking),
  })
}

export function parseDescription(description: string | null): string | null {
  return description === null
    ? null
    : requireText('description', description, { min: 0, max: limits.descriptionCharacters })
}
