import type pg from 'pg'
import { bootProcess } from '../app/boot-process.ts'
import { findFaults } from '../content-faults.ts'
import { contentDifferences, type DatabaseContent, readContent, readLeftovers } from '../database-content.ts'
import type { FakeOpenAi } from '../upstream/fake-openai.ts'
import type { Step } from './corpus.ts'
import type { Disturbance, Scene } from './disturbances.ts'
import { openObserver } from './observer.ts'
import { startPhoenix } from './phoenix.ts'
import { ingestionEnd, type Played, playIngestion } from './play-ingestion.ts'
import { twinDatabases } from './twin-databases.ts'

export interface ChaosOptions {
  /** Any database of a PostgreSQL server whose user may create databases. */
  readonly server: string
  /** Answers vectors of words, or null for an ingestion without them. */
  readonly upstream: FakeOpenAi | null
  readonly dimensions: number
  readonly steps: readonly Step[]
  /** Those of a list come one after the other, the lists beside each other. */
  readonly disturbances: readonly (readonly Disturbance[])[]
  /** Called between the two: what it changes is a disturbance, too. */
  readonly beforeStorm?: () => void
  readonly progress?: (text: string) => void
}

export interface Met {
  readonly name: string
  /** Since the first document was sent. */
  readonly seconds: number
  /** Documents by status. */
  readonly statuses: string
}

export interface ChaosResult {
  /** What each disturbance met. */
  readonly met: readonly Met[]
  /** Rows that only one of the two databases has. */
  readonly differences: readonly string[]
  /** What is derived from texts, and wrongly. */
  readonly faults: readonly string[]
  /** What should not be there any more. All zero where all is well. */
  readonly leftovers: Readonly<Record<string, number>>
  /** Documents that were acknowledged and are not READY. */
  readonly lost: readonly string[]
  /** What API requests were answered while the database was away, by code. */
  readonly errors: Readonly<Record<string, number>>
  readonly documents: number
  readonly chunks: number
  readonly seconds: { readonly calm: number; readonly stormy: number }
}

const collection = 'chaos'
/** Enough for every worker to have something to do, few enough that disturbances meet all of the ingestion. */
const backlog = 60

/** Plays the same ingestion twice, undisturbed and disturbed, on two copies of one database. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { server, upstream, dimensions, progress = () => {} } = options
  const env: Record<string, string> = upstream
    ? {
        EMBEDDING_BASE_URL: upstream.baseUrl,
        EMBEDDING_MODEL: 'fake',
        EMBEDDING_DIMENSIONS: String(dimensions),
      }
    : {}
  await using databases = await twinDatabases(server, collection, env)
  const calm = await play({ ...env, DATABASE_URL: databases.calm }, options.steps, [], progress)
  progress(`undisturbed: ${calm.seconds.toFixed(1)} s`)
  options.beforeStorm?.()
  const stormy = await play(
    { ...env, DATABASE_URL: databases.stormy },
    options.steps,
    options.disturbances,
    progress,
  )
  progress(`disturbed: ${stormy.seconds.toFixed(1)} s`)

  await using observer = openObserver(databases.stormy)
  const vectors = upstream ? { dimensions } : { dimensions: null }
  const ready = new Set(await observer.see(readyDocuments))
  return {
    met: stormy.met,
    differences: contentDifferences(calm.content, stormy.content),
    faults: await observer.see((pool) => findFaults(pool, vectors)),
    leftovers: await observer.see(readLeftovers),
    lost: [...stormy.played.acknowledged].filter((externalId) => !ready.has(externalId)),
    errors: stormy.played.errors,
    documents: ready.size,
    chunks: stormy.content.chunks?.length ?? 0,
    seconds: { calm: calm.seconds, stormy: stormy.seconds },
  }
}

interface PlayedOut {
  readonly content: DatabaseContent
  readonly played: Played
  readonly met: readonly Met[]
  readonly seconds: number
}

async function play(
  env: Readonly<Record<string, string>>,
  steps: readonly Step[],
  disturbances: ChaosOptions['disturbances'],
  progress: (text: string) => void,
): Promise<PlayedOut> {
  await using observer = openObserver(env.DATABASE_URL ?? '')
  await using api = await bootProcess({ env, args: ['serve'] })
  await using worker = await startPhoenix({ env, args: ['worker'] })
  const sent = steps.map(() => Promise.withResolvers<void>())
  const scene: Scene = { observer, worker, stepSent: (step) => sent[step]?.promise ?? Promise.resolve() }
  const met: Met[] = []
  const began = performance.now()
  const disturb = async (each: Disturbance) => {
    await each.moment(scene)
    const seconds = (performance.now() - began) / 1_000
    met.push({ name: each.name, seconds, statuses: await observer.see(statuses) })
    progress(`${each.name} after ${seconds.toFixed(1)} s`)
    await each.happen(scene)
  }
  const onStep = (step: number) => sent[step]?.resolve()
  const all = Promise.all([
    playIngestion(api, { collection, steps, observer, backlog, onStep }),
    ...disturbances.map(async (row) => {
      for (const each of row) await disturb(each)
    }),
  ])
  const [played] = await Promise.race([all, worker.fallen])
  await Promise.race([ingestionEnd(observer), worker.fallen])
  const seconds = (performance.now() - began) / 1_000
  const ends = [await worker.stop(), await api.end('SIGTERM')]
  if (ends.some(({ code }) => code !== 0)) throw new Error(`The processes ended with ${JSON.stringify(ends)}`)
  return { content: await observer.see(readContent), played, met, seconds }
}

async function statuses(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ status: string; count: number }>(
    'SELECT status::text, count(*)::int AS count FROM document GROUP BY 1 ORDER BY 1',
  )
  return rows.map(({ status, count }) => `${status} ${count}`).join(', ')
}

async function readyDocuments(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT external_id AS name FROM document WHERE status = 'READY' AND indexed_version = version`,
  )
  return rows.map(({ name }) => name)
}
