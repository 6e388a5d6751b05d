import type pg from 'pg'

export interface SentStatement {
  readonly text: string
  readonly values: readonly unknown[]
}

/** What `work` sends through the pool that it is given, in its order: the code under test need not be known. */
export async function statementsOf(
  pool: pg.Pool,
  work: (pool: pg.Pool) => Promise<unknown>,
): Promise<SentStatement[]> {
  const sent: SentStatement[] = []
  const recorder = new Proxy(pool, {
    get: (target, property) => {
      if (property !== 'query') return Reflect.get(target, property)
      return (statement: { text: string; values?: unknown[] }) => {
        sent.push({ text: statement.text, values: statement.values ?? [] })
        return target.query(statement)
      }
    },
  })
  await work(recorder)
  return sent
}
