import { createDatabase, logger } from '../../test/testkit/open-database.ts'
import { type Caller, Scope } from '../access/caller.ts'
import type { Database } from '../db/database.ts'
import type { Chunk } from '../generated/prisma/client.ts'
import type { Llm } from '../providers/llm/llm.ts'
import { analyze } from '../retrieval/lexical/analyze.ts'
import type { Retriever } from '../retrieval/retrieval.ts'
import { createRuns, type RunService } from '../runs/create-runs.ts'
import type { RunOptions } from '../runs/run-options.ts'
import { type AskRequest, type ChatEvent, ConflictPolicy } from '../runs/runs.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import { createExecuteRun, type ExecuteRunDependencies } from './execute-run.ts'
import { createSalvageAnswer } from './salvage-answer.ts'

export { kinds } from '../../test/testkit/open-database.ts'

/** Short enough for tests that wait for an expired lease, long enough for a busy machine. */
const times: Partial<RunOptions> = { leaseMs: 400, renewMs: 60, sweepMs: 50, graceMs: 30_000 }

export interface Replica extends RunService {
  readonly metrics: ReturnType<typeof createMetrics>
}

export interface World extends AsyncDisposable {
  readonly database: Database
  readonly caller: Caller
  readonly retrievals: { count: number; chunks: readonly Chunk[]; before?: () => Promise<void> }
  /** A replica; all of one world share its database and its retriever. */
  replica(
    llm: Llm | null,
    options?: Partial<RunOptions>,
    database?: Database,
    workflow?: Partial<Pick<ExecuteRunDependencies, 'summaries' | 'condenseWithinMs' | 'limits'>>,
  ): Promise<Replica>
  /** The same database by connections of its own, as another process has them. On a server only. */
  connect(): Promise<Database>
  ask(over?: Partial<AskRequest>): AskRequest
  /** Waits until the replicas of a test have stopped. */
  reset(): Promise<void>
}

export async function openWorld(): Promise<World> {
  const stack = new AsyncDisposableStack()
  const scratch = stack.use(await createDatabase())
  const database = await scratch.open()
  const caller: Caller = {
    workspaceId: '01900000-0000-7000-8000-000000000000',
    scopes: [Scope.Read, Scope.Write],
  }
  const chunks = await insertChunks(database, caller.workspaceId)
  const retrievals: World['retrievals'] = { count: 0, chunks }
  const retriever: Retriever = {
    async retrieve() {
      retrievals.count += 1
      await retrievals.before?.()
      const hits = retrievals.chunks.map((chunk, index) => ({
        rank: index + 1,
        score: 1 / (index + 1),
        scores: { lexical: 3 - index, vector: null, rerank: null },
        chunk,
      }))
      return { mode: 'LEXICAL', hits, underfilled: true }
    },
  }
  let replicas: Replica[] = []
  const reset = async () => {
    await Promise.all(replicas.map((replica) => replica.stop()))
    replicas = []
    Object.assign(retrievals, { count: 0, chunks, before: undefined })
    await database.pool.query('DELETE FROM conversation')
    // Of runs that a test left unfinished.
    await database.pool.query('DELETE FROM langgraph.checkpoints')
  }
  stack.defer(reset)
  return {
    database,
    caller,
    retrievals,
    reset,
    connect: scratch.open,
    async replica(llm, options = {}, own = database, workflow = {}) {
      const metrics = createMetrics()
      const execute = createExecuteRun({
        ...{ database: own, llm, retriever, analyze, metrics, logger },
        ...workflow,
      })
      const salvage = createSalvageAnswer({ database: own, llm, analyze })
      const runs = createRuns({
        ...{ database: own, execute, salvage, metrics, logger },
        options: { ...times, ...options },
      })
      const replica = { ...runs, metrics }
      replicas.push(replica)
      await replica.recover()
      return replica
    },
    ask: (over = {}) => ({
      question: 'How tall is the tower?',
      collection: 'default',
      conversationId: null,
      topK: 5,
      filter: null,
      requestId: null,
      onConflict: ConflictPolicy.Reject,
      ...over,
    }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

async function insertChunks({ prisma }: Database, workspaceId: string): Promise<Chunk[]> {
  const { id: collectionId } = await prisma.collection.create({ data: { workspaceId, name: 'default' } })
  const texts = [
    'The tower is 300 metres tall. It was finished in 1889.',
    'The bridge is 2 kilometres long. It is made of steel.',
  ]
  return Promise.all(
    texts.map(async (text, index) => {
      const { id: documentId } = await prisma.document.create({
        data: {
          workspaceId,
          collectionId,
          title: `Document ${index}`,
          mimeType: 'text/plain',
          contentHash: `${index}`,
          bytes: text.length,
        },
      })
      return prisma.chunk.create({
        data: {
          workspaceId,
          collectionId,
          documentId,
          documentVersion: 1,
          ordinal: 0,
          text,
          start: 0,
          end: text.length,
          headings: [],
          length: 10,
        },
      })
    }),
  )
}

export const forever = new AbortController().signal

/** All events of a run, until its last. */
export async function eventsOf(
  runs: RunService,
  caller: Caller,
  runId: string,
  afterSeq = 0,
): Promise<ChatEvent[]> {
  const events: ChatEvent[] = []
  for await (const event of runs.follow(caller, runId, afterSeq, forever)) events.push(event)
  return events
}

/** Pulls until an event satisfies the condition, and returns those up to it. */
export async function pullUntil(
  stream: AsyncGenerator<ChatEvent, void, void>,
  found: (event: ChatEvent) => boolean,
): Promise<ChatEvent[]> {
  const events: ChatEvent[] = []
  for (;;) {
    const { value, done } = await stream.next()
    if (done) throw new Error(`The stream ended after ${JSON.stringify(events)}`)
    events.push(value)
    if (found(value)) return events
  }
}

export function textOf(events: readonly ChatEvent[]): string {
  return events.reduce(
    (text, event) =>
      event.type === 'AnswerDelta' ? text + event.text : event.type === 'AnswerReset' ? '' : text,
    '',
  )
}
