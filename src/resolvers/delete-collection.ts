import type { Context } from './context.ts'
import { requireCollectionName } from './text-input.ts'

export async function deleteCollection(
  { input }: { readonly input: { readonly name: string } },
  { caller, services }: Context,
): Promise<{ collectionId: string; documents: number }> {
  return services.collections.delete(caller, requireCollectionName('name', input.name))
}
