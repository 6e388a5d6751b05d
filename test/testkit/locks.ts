import pg from 'pg'

/** Resolves once so many backends of the database wait for a lock. */
export async function waitingForLocks(pool: pg.Pool, backends = 1): Promise<void> {
  const text = `SELECT count(*)::int AS count FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`
  for (;;) {
    const { rows } = await pool.query<{ count: number }>(text)
    if ((rows[0]?.count ?? 0) >= backends) return
  }
}

/** Does `before` in a transaction, and `after` and the commit once `during` waits for one of its locks. */
export async function insideTransaction(
  pool: pg.Pool,
  before: (client: pg.PoolClient) => Promise<unknown>,
  during: () => Promise<unknown>,
  after: (client: pg.PoolClient) => Promise<unknown> = async () => {},
): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await before(client)
    const crossing = during()
    crossing.catch(() => {})
    await waitingForLocks(pool)
    await after(client)
    await client.query('COMMIT')
    await crossing
  } finally {
    client.release()
  }
}

/** The codes of the statements that fail while `work` is done, also of those that it tries again, and its result. */
export async function failuresDuring<T>(work: () => Promise<T>): Promise<{ codes: unknown[]; result: T }> {
  const codes: unknown[] = []
  const { query } = pg.Client.prototype
  pg.Client.prototype.query = function (this: pg.Client, ...parameters: unknown[]) {
    const result: unknown = Reflect.apply(query, this, parameters)
    if (result instanceof Promise) result.catch((error: { code?: unknown }) => codes.push(error.code))
    return result
  } as typeof query
  try {
    return { codes, result: await work() }
  } finally {
    pg.Client.prototype.query = query
  }
}
