import type { Collection } from '../generated/prisma/client.ts'
import type { Context } from './context.ts'
import { limits } from './limits.ts'
import { requireCollectionName, requireText } from './text-input.ts'

export interface CreateCollectionArgs {
  readonly input: { readonly name: string; readonly description?: string | null | undefined }
}

export async function createCollection(
  { input }: CreateCollectionArgs,
  { caller, services }: Context,
): Promise<Collection> {
  const name = requireCollectionName('name', input.name)
  const description =
    typeof input.description === 'string'
      ? requireText('description', input.description, { min: 0, max: limits.descriptionCharacters })
      : null
  return services.collections.create(caller, name, description)
}
