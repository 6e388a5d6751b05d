import { SpanKind, trace } from '@opentelemetry/api'
import type pg from 'pg'
import { withSpan } from '../telemetry/tracing.ts'
import type { Queryable } from './database.ts'
import { PreparedQuery, type PreparedResult } from './prepared-query.ts'

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
        ? runPrepared<R>(db, new PreparedQuery(fullName, text, values))
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

/** A pool answers with a promise; a client hands back what it was given and calls it. */
function runPrepared<R>(db: Queryable, query: PreparedQuery<R>): Promise<PreparedResult<R>> {
  const answer: unknown = db.query(query as never)
  return answer === query ? query.done() : (answer as Promise<PreparedResult<R>>)
}
