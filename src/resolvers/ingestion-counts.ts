import { NotFoundError } from '../errors.ts'
import type { Ingestion } from '../generated/prisma/client.ts'
import type { IngestionCounts } from '../ingestion/ingestion.ts'
import { batch } from './batch.ts'
import type { Context } from './context.ts'

const load = batch<string, IngestionCounts>(({ caller, services }, ids) =>
  services.ingestions.counts(caller, ids),
)

/** One call of the domain for all counts of all ingestions that are resolved at a time. */
export async function ingestionCounts(ingestion: Ingestion, context: Context): Promise<IngestionCounts> {
  const counts = await load(context, ingestion.id)
  if (!counts) throw new NotFoundError('The ingestion is not there any more')
  return counts
}
