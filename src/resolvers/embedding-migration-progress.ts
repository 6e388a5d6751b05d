import type { EmbeddingMigration } from '../generated/prisma/client.ts'
import type { Context } from './context.ts'
import { requireRowId } from './global-id.ts'
import { startStream } from './start-stream.ts'

export async function embeddingMigrationProgress(
  args: { readonly migrationId: string },
  { caller, services, signal }: Context,
): Promise<AsyncGenerator<EmbeddingMigration, void, void>> {
  const id = requireRowId('migrationId', 'EmbeddingMigration', args.migrationId)
  return startStream(services.migrations.follow(caller, id, signal))
}
