import type { EmbeddingMigration } from '../generated/prisma/client.ts'
import type { Context } from './context.ts'
import { requireRowId } from './global-id.ts'

export async function findEmbeddingMigration(
  { id }: { readonly id?: string | null | undefined },
  { caller, services }: Context,
): Promise<EmbeddingMigration | null> {
  const rowId = typeof id === 'string' ? requireRowId('id', 'EmbeddingMigration', id) : null
  return services.migrations.find(caller, rowId)
}
