import type pg from 'pg'
import type { Database } from '../db/database.ts'
import type { PreparedQuery } from '../db/prepared-query.ts'

export interface Gate {
  /** Resolves when the statement has come to the gate. */
  readonly reached: Promise<void>
  open(): void
}

/** The database as one process sees it, in which a test holds up single statements. */
export interface GatedDatabase extends Database {
  /** Holds the next statement of this name, or text: before it is sent, or with what it answered. */
  hold(name: string, moment: 'before' | 'after'): Gate
}

interface Held {
  readonly name: string
  readonly moment: 'before' | 'after'
  readonly opened: Promise<void>
  readonly reach: () => void
}

export function gated(database: Database): GatedDatabase {
  let held: Held | null = null

  const pass = async (query: unknown, send: () => Promise<unknown>) => {
    const { name, text } = query as { name?: string; text?: string }
    const isHeld = held !== null && [name, text, query].includes(held.name)
    if (!held || !isHeld) return send()
    const { moment, opened, reach } = held
    held = null
    if (moment === 'before') {
      reach()
      await opened
      return send()
    }
    const answer = await send()
    reach()
    await opened
    return answer
  }
  const gatedClient = (client: pg.PoolClient) => ({
    query: (query: unknown) =>
      pass(query, async () => {
        const answer: unknown = client.query(query as never)
        // A client hands back what it was given.
        return answer === query ? (query as PreparedQuery<unknown>).done() : answer
      }),
    release: (error?: Error) => client.release(error),
  })
  const pool = {
    query: (...parameters: Parameters<pg.Pool['query']>) =>
      pass(parameters[0], () => database.pool.query(...parameters) as unknown as Promise<unknown>),
    connect: async () => gatedClient(await database.pool.connect()),
  } as unknown as pg.Pool
  return {
    ...database,
    pool,
    hold(name, moment) {
      const reached = Promise.withResolvers<void>()
      const opened = Promise.withResolvers<void>()
      held = { name, moment, opened: opened.promise, reach: reached.resolve }
      return { reached: reached.promise, open: opened.resolve }
    },
  }
}
