import { SpanKind, trace } from '@opentelemetry/api'
import type pg from 'pg'
import { withSpan } from '../telemetry/tracing.ts'
import type { Queryable } from './database.ts'
import { isOutdated, PreparedQuery, type PreparedResult } from './prepared-query.ts'

/**
 * A named prepared statement of a family (one file of db/sql each): PostgreSQL plans it once a
 * connection, and its span is named for the family and never holds the parameters.
 */
export function statement<P extends readonly unknown[], R extends pg.QueryResultRow>(
  family: string,
  name: string,
  text: string,
  /** False where the text is made for one call: its plan would never be used again. */
  { prepare = true } = {},
): (db: Queryable, ...parameters: P) => Promise<R[]> {
  const attributes = {
    'db.system.name': 'postgresql',
    'db.operation.name': name,
    'db.query.summary': `${family} ${name}`,
  }
  const fullName = `${family}.${name}`
  return async (db, ...parameters) => {
    const run = () => {
      const values = [...parameters]
      return prepare
        ? runPrepared<R>(db, () => new PreparedQuery(fullName, text, values))
        : db.query<R>({ text, values })
    }
    // What a process does by itself every second (leases, sweeps) belongs to no request: no traces of it.
    if (!trace.getActiveSpan()) return (await run()).rows
    return withSpan(`sql ${family}`, { kind: SpanKind.CLIENT, attributes }, async (span) => {
      const result = await run()
      span.setAttribute('db.response.returned_rows', result.rowCount ?? 0)
      return result.rows
    })
  }
}

/** More than a pool has connections, of which each may hold a statement from before. */
const attempts = 20

/**
 * A pool answers with a promise; a client hands back what it was given and calls it. A pool is asked again where the
 * schema has changed; a client's transaction is over then.
 */
async function runPrepared<R>(db: Queryable, make: () => PreparedQuery<R>): Promise<PreparedResult<R>> {
  for (let attempt = 1; ; attempt++) {
    const query = make()
    const answer: unknown = db.query(query as never)
    if (answer === query) return query.done()
    try {
      return await (answer as Promise<PreparedResult<R>>)
    } catch (error) {
      if (attempt === attempts || !isOutdated(error)) throw error
    }
  }
}
