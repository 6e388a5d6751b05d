import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { describeState } from './describe-state.ts'
import type { Observer } from './observer.ts'
import type { Phoenix } from './phoenix.ts'
import type { PostgresTool } from './postgres-tool.ts'
import { between, seededRandom } from './random.ts'

/** What a disturbance can wait for, and disturb. */
export interface Scene {
  readonly observer: Observer
  readonly worker: Phoenix
  /** Resolves when the step of this number was sent. */
  stepSent(step: number): Promise<void>
}

export interface Disturbance {
  readonly name: string
  /** Resolves at the moment at which it is to happen. */
  moment(scene: Scene): Promise<void>
  happen(scene: Scene): Promise<void>
}

/**
 * SIGKILLs, each when the worker has changed a seeded number of documents and some milliseconds have passed: they meet
 * it in every stage of its work, and all of an ingestion of so many documents.
 */
export function workerKills(count: number, documents: number, seed: number): Disturbance[] {
  const random = seededRandom(seed)
  const each = documents / (count + 1)
  return Array.from({ length: count }, () => {
    const changed = between(random, 1, Math.max(2, 1.6 * each))
    const delayMs = between(random, 0, 60)
    return {
      name: 'SIGKILL',
      async moment({ observer }) {
        await changedSince(observer, await observer.see(now), changed)
        await delay(delayMs)
      },
      happen: ({ worker }) => worker.kill(),
    }
  })
}

/** Crashes, restarts and freezes in turn, each at a seeded moment within half a second after a step was sent. */
export function serverOutages(
  tool: PostgresTool,
  count: number,
  options: { steps: number; seed: number; maxFreezeMs: number },
): Disturbance[] {
  const random = seededRandom(options.seed)
  const moments = Array.from({ length: count }, () => random() * options.steps).sort((a, b) => a - b)
  return moments.map((moment, index) => {
    // Every second freeze is as long as one may be: longer than a heartbeat, jobs expire in it.
    const ms = index % 6 === 2 ? options.maxFreezeMs : between(random, 100, options.maxFreezeMs)
    const kinds = [
      ['crash', () => tool.crash()],
      ['restart', () => tool.restart()],
      [`freeze for ${(ms / 1_000).toFixed(1)} s`, () => tool.freeze(ms)],
    ] as const
    const [name, happen] = kinds[index % 3] ?? kinds[0]
    return {
      name,
      async moment({ stepSent }) {
        await stepSent(Math.floor(moment))
        await delay((moment % 1) * 500)
      },
      happen,
    }
  })
}

/** A worker that has changed nothing for so long has nothing to do yet: what is left waits for its next attempt. */
const quiet = { starting: 15_000, working: 3_000 } as const

async function changedSince(observer: Observer, time: Date, count: number): Promise<void> {
  let seen = { changed: -1, at: 0 }
  await observer.until(
    async (pool) => {
      const { rows } = await pool.query<{ changed: number }>(
        `SELECT count(*)::int AS changed FROM document WHERE updated_at > $1 AND status <> 'QUEUED'`,
        [time],
      )
      const changed = rows[0]?.changed ?? 0
      if (changed !== seen.changed) seen = { changed, at: performance.now() }
      const limit = changed === 0 ? quiet.starting : quiet.working
      return changed >= count || performance.now() - seen.at > limit ? true : null
    },
    { limitMs: 120_000, everyMs: 2, describe: describeState },
  )
}

async function now(pool: pg.Pool): Promise<Date> {
  const { rows } = await pool.query<{ now: Date }>('SELECT clock_timestamp() AS now')
  return rows[0]?.now ?? new Date()
}
