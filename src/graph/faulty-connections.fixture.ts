import type pg from 'pg'

/** `before`: the statement never arrives. `after`: it is carried out, and its answer gets lost. */
export type FaultMoment = 'before' | 'after'

/** The connections of a process, of which one breaks at a statement that the test chooses. */
export interface FaultyConnections {
  /**
   * Breaks the connection that sends the nth statement from now on, from 1, or the next one of that name; and calls
   * `onBreak`.
   */
  arm(which: number | string, moment: FaultMoment, onBreak?: () => void): void
  /** The text or name of the statement that it broke at; null where there were not so many. Disarms. */
  disarm(): string | null
}

/** What a process sends of its own accord, whatever becomes of a run. */
const background = /^run-(?:lease\.(?!hold)|finish\.find)/

interface Wired {
  readonly connection: {
    readonly stream: {
      destroy(): void
      removeAllListeners(event: string): void
      once(event: string, listener: () => void): void
    }
  }
}

/** Breaks them as a crash of the server or the network does: the socket is gone, and pg finds out by itself. */
export function faultyConnections(pool: pg.Pool): FaultyConnections {
  const wired = new WeakSet<pg.PoolClient>()
  let left = 0
  let wanted: FaultMoment = 'before'
  let only: string | null = null
  let broken: string | null = null
  let tell = () => {}

  const sending = (client: pg.PoolClient, query: unknown) => {
    const name = nameOf(query)
    if (left === 0 || background.test(name) || (only !== null && name !== only)) return
    left -= 1
    if (left > 0) return
    broken = name
    const { stream } = (client as unknown as Wired).connection
    if (wanted === 'before') stream.destroy()
    else {
      stream.removeAllListeners('data')
      stream.once('data', () => stream.destroy())
    }
    tell()
  }
  // Also those that were opened before.
  pool.on('acquire', (client) => {
    if (wired.has(client)) return
    wired.add(client)
    const send = client.query.bind(client) as (...parameters: unknown[]) => unknown
    client.query = ((...parameters: unknown[]) => {
      sending(client, parameters[0])
      return send(...parameters)
    }) as typeof client.query
  })
  return {
    arm(which, moment, onBreak = () => {}) {
      left = typeof which === 'number' ? which : 1
      only = typeof which === 'string' ? which : null
      tell = onBreak
      wanted = moment
      broken = null
    },
    disarm() {
      left = 0
      return broken
    },
  }
}

function nameOf(query: unknown): string {
  if (typeof query === 'string') return query
  const { name, text = '' } = query as { name?: string; text?: string }
  return name ?? text.slice(0, 80)
}
