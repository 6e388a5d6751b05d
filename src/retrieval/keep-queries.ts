import type pg from 'pg'
import { keepQuery } from '../db/sql/query-sample.ts'
import { uuidV7 } from '../db/uuid-v7.ts'
import type { Logger } from '../telemetry/logger.ts'

/** Of each migration; the newest ones. */
const keep = 200
/** A comparison gains nothing by longer ones. */
const longest = 1_000
/** At most one query a second of each migration, by each process. */
const everyMs = 1_000
/** Migrations whose last query is remembered. */
const remembered = 1_000

export interface QueryKeeper {
  /** Never rejects. */
  keep(
    collection: { readonly id: string; readonly migration_id: string | null },
    query: string,
  ): Promise<void>
}

/** Keeps a sample of the queries of a workspace while an embedding migration of it is open: for the comparison. */
export function createQueryKeeper(pool: pg.Pool, logger: Logger): QueryKeeper {
  const lastAt = new Map<string, number>()
  return {
    async keep({ id, migration_id: migrationId }, query) {
      if (migrationId === null || query.length > longest) return
      const now = performance.now()
      if (now - (lastAt.get(migrationId) ?? Number.NEGATIVE_INFINITY) < everyMs) return
      if (lastAt.size >= remembered) lastAt.clear()
      lastAt.set(migrationId, now)
      try {
        await keepQuery(pool, uuidV7(), migrationId, id, query, keep)
      } catch (error) {
        logger.warn({ err: error }, 'A query could not be kept for the comparison of embedding models')
      }
    },
  }
}
