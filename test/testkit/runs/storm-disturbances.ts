import { setTimeout as delay } from 'node:timers/promises'
import type { PostgresTool } from '../chaos/postgres-tool.ts'
import { seededRandom } from '../chaos/random.ts'
import type { StormDisturbance } from './run-storm.ts'

/** Moments in order, each in a part of its own of the storm. */
function moments(count: number, seed: number): number[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, (_, index) => (0.1 + 0.8 * ((index + random()) / count)) as number)
}

/** SIGKILLs in turn, each of which is started again. With more than five a run could lose its process too often. */
export function replicaKills(count: number, seed: number): StormDisturbance[] {
  return moments(count, seed).map((moment, index) => ({
    name: `SIGKILL of replica ${index % 2 ? 'b' : 'a'}`,
    moment,
    async happen({ a, b }) {
      const replica = index % 2 ? b : a
      await replica.end('SIGKILL')
      await replica.start()
    },
  }))
}

/** Replicas in turn stand still for longer than their leases, then go on where they were. */
export function replicaFreezes(count: number, seed: number, ms: number): StormDisturbance[] {
  return moments(count, seed).map((moment, index) => ({
    name: `SIGSTOP of replica ${index % 2 ? 'b' : 'a'} for ${ms / 1_000} s`,
    moment,
    async happen({ a, b }) {
      const replica = index % 2 ? b : a
      replica.signal('SIGSTOP')
      await delay(ms)
      replica.signal('SIGCONT')
    },
  }))
}

/** All sessions of the database are cut, as by a restart of its server. */
export function cutSessions(count: number, seed: number): StormDisturbance[] {
  return moments(count, seed).map((moment) => ({
    name: 'all database sessions cut',
    moment,
    async happen({ observer }) {
      await observer.see((pool) =>
        pool.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid()`,
        ),
      )
    },
  }))
}

/** Crashes, restarts and freezes of the server in turn. */
export function outages(
  tool: PostgresTool,
  count: number,
  { seed, freezeMs }: { seed: number; freezeMs: number },
): StormDisturbance[] {
  const kinds = [
    ['crash', () => tool.crash()],
    ['restart', () => tool.restart()],
    [`freeze for ${freezeMs / 1_000} s`, () => tool.freeze(freezeMs)],
  ] as const
  return moments(count, seed).map((moment, index) => {
    const [name, happen] = kinds[index % 3] ?? kinds[0]
    return { name: `PostgreSQL: ${name}`, moment, happen }
  })
}
