import { bootProcess } from '../app/boot-process.ts'
import type { Session } from '../app/session.ts'
import { type Observer, openObserver } from '../chaos/observer.ts'
import { embed } from '../upstream/embeddings.ts'
import { type FakeOpenAi, startFakeOpenAi } from '../upstream/fake-openai.ts'
import { logbook } from './logbook.ts'
import { type PacedModel, pacedModel } from './paced-model.ts'
import { type Replica, startReplica } from './replica.ts'

/** Two servers and a worker on one database, with a model that writes word by word. */
export interface Replicas extends AsyncDisposable {
  readonly a: Replica
  readonly b: Replica
  readonly sessions: readonly Session[]
  readonly model: PacedModel
  readonly upstream: FakeOpenAi
  readonly observer: Observer
}

export interface ReplicasOptions {
  /** Between two words. */
  readonly paceMs: number
  /** Of an empty or a migrated database. */
  readonly databaseUrl: string
}

const dimensions = 64

/** Resolves when both serve and the one document that the model answers from is READY. */
export async function startReplicas({ paceMs, databaseUrl }: ReplicasOptions): Promise<Replicas> {
  await using resources = new AsyncDisposableStack()
  const upstream = resources.use(await startFakeOpenAi({ dimensions }))
  const model = pacedModel(paceMs)
  upstream.chat.otherwise(model.behaviour)
  upstream.embeddings.otherwise(embed({ dimensions }))
  const observer = resources.use(openObserver(databaseUrl))
  const env = {
    DATABASE_URL: databaseUrl,
    LLM_BASE_URL: upstream.baseUrl,
    LLM_MODEL: 'fake',
    EMBEDDING_BASE_URL: upstream.baseUrl,
    EMBEDDING_MODEL: 'fake',
    EMBEDDING_DIMENSIONS: String(dimensions),
  }
  const a = resources.use(await startReplica(env))
  const b = resources.use(await startReplica(env))
  resources.use(await bootProcess({ env, args: ['worker'] }))
  const { client } = a.session
  const { ingestions } = await client.ingest({ documents: [logbook] })
  const [last] = (await Array.fromAsync(client.watchIngestion(ingestions[0]?.id ?? ''))).slice(-1)
  if (last?.ready !== 1) throw new Error(`The document is not READY: ${JSON.stringify(last)}`)
  const open = resources.move()
  return {
    a,
    b,
    sessions: [a.session, b.session],
    model,
    upstream,
    observer,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}
