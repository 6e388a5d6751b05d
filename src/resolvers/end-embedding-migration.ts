import type { EmbeddingMigration } from '../generated/prisma/client.ts'
import type { Context } from './context.ts'
import { requireRowId } from './global-id.ts'

export interface MigrationArgs {
  readonly input: { readonly migrationId: string }
}

export async function completeEmbeddingMigration(
  { input }: MigrationArgs,
  { caller, services }: Context,
): Promise<EmbeddingMigration> {
  const id = requireRowId('migrationId', 'EmbeddingMigration', input.migrationId)
  return services.migrations.complete(caller, id)
}

export async function abandonEmbeddingMigration(
  { input }: MigrationArgs,
  { caller, services }: Context,
): Promise<EmbeddingMigration> {
  const id = requireRowId('migrationId', 'EmbeddingMigration', input.migrationId)
  return services.migrations.abandon(caller, id)
}
