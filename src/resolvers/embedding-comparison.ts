import type { EmbeddingMigration } from '../generated/prisma/client.ts'
import type { Comparison } from '../ingestion/spaces/compare-spaces.ts'
import type { RejectedPassage } from '../ingestion/spaces/migrations.ts'
import type { Context } from './context.ts'
import { limits } from './limits.ts'
import { requireRange } from './range-input.ts'

export async function embeddingComparison(
  migration: EmbeddingMigration,
  { sample }: { readonly sample: number },
  { caller, services, signal }: Context,
): Promise<Comparison | null> {
  const queries = requireRange('sample', sample, 1, limits.comparedQueries)
  return services.migrations.compare(caller, migration, queries, signal)
}

export async function rejectedPassages(
  migration: EmbeddingMigration,
  { first }: { readonly first: number },
  { caller, services }: Context,
): Promise<RejectedPassage[]> {
  return services.migrations.rejected(caller, migration, requireRange('first', first, 1, limits.pageSize))
}
