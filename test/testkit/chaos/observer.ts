import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'

/** Looks at a database from outside, also while its server comes and goes. */
export interface Observer extends AsyncDisposable {
  /** What `look` returns, as soon as the server answers. */
  see<T>(look: (pool: pg.Pool) => Promise<T>): Promise<T>
  /** Looks again and again until it returns something. @throws with the last `describe` where that takes longer than `limitMs` */
  until<T>(
    look: (pool: pg.Pool) => Promise<T | null>,
    options: { limitMs: number; everyMs: number; describe: (pool: pg.Pool) => Promise<unknown> },
  ): Promise<T>
}

const pauseMs = 50

export function openObserver(connectionString: string): Observer {
  const pool = new pg.Pool({ connectionString, connectionTimeoutMillis: 5_000, max: 4 })
  pool.on('error', () => {})
  const observer: Observer = {
    async see(look) {
      for (;;) {
        try {
          return await look(pool)
        } catch (error) {
          if (!isOutage(error)) throw error
          await delay(pauseMs)
        }
      }
    },
    async until(look, { limitMs, everyMs, describe }) {
      const began = performance.now()
      for (;;) {
        const found = await observer.see(look)
        if (found !== null) return found
        if (performance.now() - began > limitMs) {
          const state = JSON.stringify(await observer.see(describe), null, 1)
          throw new Error(`Still not after ${limitMs / 1_000} s: ${state}`)
        }
        await delay(everyMs)
      }
    },
    [Symbol.asyncDispose]: () => pool.end(),
  }
  return observer
}

/** Not a mistake in a statement, but a server that stops, starts, or is not there. */
function isOutage(error: unknown): boolean {
  const { code = '' } = error as { code?: string }
  return !/^[0-9A-Z]{5}$/.test(code) || /^(57P|08|53)/.test(code)
}
