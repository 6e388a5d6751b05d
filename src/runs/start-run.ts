import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { type Caller, requireScope, Scope } from '../access/caller.ts'
import type { Database } from '../db/database.ts'
import {
  findByRequest,
  insertRun,
  lockConversation,
  openConversation,
  readSituation,
  type StartedBefore,
} from '../db/sql/run-start.ts'
import { transaction } from '../db/transaction.ts'
import { uuidV7, uuidV7After } from '../db/uuid-v7.ts'
import { AppError, ConflictError, NotFoundError, UnavailableError } from '../errors.ts'
import { checkRequest } from './check-request.ts'
import { outcomeOf } from './conclude-run.ts'
import { conversationTitle } from './conversation-title.ts'
import { isRowId } from './find-run.ts'
import { type Interrupted, interruptRuns } from './interrupt-runs.ts'
import { workOnRun } from './local-run.ts'
import type { RunContext } from './run-context.ts'
import { storeInput } from './run-input.ts'
import type { RunPlace } from './run-places.ts'
import { activeSpanContext } from './run-span.ts'
import { type AskRequest, ConflictPolicy, type StartedRun } from './runs.ts'
import { isUniqueViolation } from './sweeper.ts'

/** What was committed: a run that is `token`'s to work on, one that waits, or one from before. */
interface Started extends StartedRun {
  readonly token: string | null
  readonly interrupted: Interrupted
}

/** A request on its way to be a run. */
interface Start {
  readonly workspaceId: string
  readonly request: AskRequest
  readonly traceId: string | null
  readonly leaseMs: number
  readonly place: RunPlace
}

export async function startRun(
  context: RunContext,
  caller: Caller,
  request: AskRequest,
  traceId: string | null,
): Promise<StartedRun> {
  requireScope(caller, Scope.Read)
  checkRequest(request)
  const { database, options, stopping, active, metrics, places } = context
  if (stopping.aborted) throw new UnavailableError('The server stops')
  using place = places.open()
  const { workspaceId } = caller
  const start: Start = { workspaceId, request, traceId, leaseMs: options.leaseMs, place }
  const { id, conversationId, token, interrupted } = await begin(database, start).catch(
    async (error: unknown) => {
      // Whatever refused it: where the request has started a run before, perhaps a moment ago, that is its run.
      const isRefusal = isUniqueViolation(error) || error instanceof AppError
      const before = isRefusal && (await startedBefore(database, start))
      if (before) return startedAlready(before)
      throw error
    },
  )
  metrics.runs.inc({ outcome: outcomeOf.RunCancelled }, interrupted.ended)
  // Elsewhere the notification says so.
  for (const each of interrupted.asked) active.get(each)?.cancel()
  if (token) {
    const lease = { runId: id, workspaceId, token, takeovers: 0, cancelRequested: false }
    workOnRun(context, lease, [{ seq: 1, runId: id, type: 'RunStarted', conversationId }], {
      origin: activeSpanContext(),
      asked: { conversationId, request, opens: request.conversationId === null },
    })
    place[Symbol.dispose]()
  }
  return { id, conversationId }
}

async function begin({ pool }: Database, start: Start): Promise<Started> {
  const { conversationId } = start.request
  if (conversationId === null) return open(pool, start)
  if (!isRowId(conversationId)) throw noConversation()
  return transaction(pool, (client) => goOn(client, start, conversationId))
}

/** One statement, which commits by itself: whoever asks waits for it. */
async function open(
  pool: pg.Pool,
  { workspaceId, request, traceId, leaseMs, place }: Start,
): Promise<Started> {
  const { requestId, question, collection } = request
  // Refused before it is accepted.
  place.take()
  const [id, conversationId, token] = [uuidV7(), uuidV7(), randomUUID()]
  const title = conversationTitle(question)
  const input = storeInput(request)
  const [opened] = await openConversation(
    pool,
    id,
    workspaceId,
    conversationId,
    requestId,
    question,
    input,
    traceId,
    token,
    leaseMs,
    title,
    collection,
  )
  if (!opened) throw noCollection(collection)
  return { id, conversationId, token, interrupted: nothing }
}

async function goOn(
  client: pg.PoolClient,
  { workspaceId, request, traceId, leaseMs, place }: Start,
  conversationId: string,
): Promise<Started> {
  const { requestId, question, collection, onConflict } = request
  const [locked] = await lockConversation(client, workspaceId, conversationId)
  if (!locked) throw noConversation()
  // After the lock: the run that the same request started a moment ago is no conflict.
  const [situation] = await readSituation(client, workspaceId, conversationId, collection, requestId)
  if (situation?.before) return startedAlready(situation.before)
  if (!situation?.has_collection) throw noCollection(collection)
  let { busy } = situation
  let interrupted = nothing
  if (busy && onConflict === ConflictPolicy.Reject) {
    throw new ConflictError(
      'Another run of the conversation is active: wait for its end, or ask with onConflict ENQUEUE or INTERRUPT',
    )
  }
  if (busy && onConflict === ConflictPolicy.Interrupt) {
    interrupted = await interruptRuns(client, workspaceId, conversationId)
    busy = interrupted.asked.length > 0
  }
  // A queued run takes the room of the one that it waits for.
  if (!busy) place.take()
  const id = situation.latest ? uuidV7After(situation.latest) : uuidV7()
  const token = busy ? null : randomUUID()
  const input = storeInput(request)
  await insertRun(
    client,
    id,
    workspaceId,
    conversationId,
    requestId,
    question,
    input,
    traceId,
    token,
    leaseMs,
  )
  return { id, conversationId, token, interrupted }
}

const nothing: Interrupted = { ended: 0, asked: [] }
const noConversation = () => new NotFoundError('There is no such conversation')
const noCollection = (name: string) => new NotFoundError(`There is no collection ${name}`)

function startedAlready({ id, conversation_id: conversationId }: StartedBefore): Started {
  return { id, conversationId, token: null, interrupted: nothing }
}

async function startedBefore({ pool }: Database, { workspaceId, request }: Start) {
  if (request.requestId === null) return undefined
  const [run] = await findByRequest(pool, workspaceId, request.requestId)
  return run
}
