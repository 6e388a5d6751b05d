import type pg from 'pg'

/** Commits what `work` did with the client, or rolls all of it back and rethrows. */
export async function transaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('BEGIN')
    const result = await work(client)
    const { command } = await client.query('COMMIT')
    // What PostgreSQL answers where a statement failed and its error was swallowed: nothing was written.
    if (command !== 'COMMIT')
      throw new Error('The transaction was rolled back: one of its statements had failed')
    return result
  } catch (error) {
    // A client whose rollback fails has lost its connection: the pool must not hand it out again.
    await client.query('ROLLBACK').catch((cause: Error) => {
      broken = cause
    })
    throw error
  } finally {
    client.release(broken)
  }
}
