import type { Context } from './context.ts'
import { requireRowIds } from './global-id.ts'

/** @returns the row ids of those that were there */
export async function deleteDocuments(
  { input }: { readonly input: { readonly ids: readonly string[] } },
  { caller, services }: Context,
): Promise<string[]> {
  return services.ingestions.deleteDocuments(caller, requireRowIds('ids', 'Document', input.ids))
}
