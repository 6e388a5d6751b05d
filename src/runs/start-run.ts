import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { type Caller, requireScope, Scope } from '../access/caller.ts'
import {
  findActive,
  findByRequest,
  findCollection,
  findLatest,
  insertConversation,
  insertRun,
  lockConversation,
} from '../db/sql/run-start.ts'
import { transaction } from '../db/transaction.ts'
import { uuidV7, uuidV7After } from '../db/uuid-v7.ts'
import { ConflictError, NotFoundError, UnavailableError } from '../errors.ts'
import type { Run } from '../generated/prisma/client.ts'
import { checkRequest } from './check-request.ts'
import { outcomeOf } from './conclude-run.ts'
import { conversationTitle } from './conversation-title.ts'
import { findRun, isRowId } from './find-run.ts'
import { type Interrupted, interruptRuns } from './interrupt-runs.ts'
import { workOnRun } from './local-run.ts'
import type { RunContext } from './run-context.ts'
import { storeInput } from './run-input.ts'
import type { RunPlace } from './run-places.ts'
import { activeSpanContext } from './run-span.ts'
import { type AskRequest, ConflictPolicy } from './runs.ts'
import { isUniqueViolation } from './sweeper.ts'

/** What the transaction did: a run that is `token`'s to work on, one that waits, or one from before. */
interface Started {
  readonly runId: string
  readonly conversationId: string
  readonly token: string | null
  readonly interrupted: Interrupted
}

export async function startRun(
  context: RunContext,
  caller: Caller,
  request: AskRequest,
  traceId: string | null,
): Promise<Run> {
  requireScope(caller, Scope.Read)
  checkRequest(request)
  const { database, options, stopping, active, metrics, places } = context
  if (stopping.aborted) throw new UnavailableError('The server stops')
  using place = places.open()
  const { runId, conversationId, token, interrupted } = await transaction(database.pool, (client) =>
    begin(client, caller, request, traceId, options.leaseMs, place),
  ).catch(async (error: unknown) => {
    // Another call with the same requestId was faster.
    const id = isUniqueViolation(error) && (await startedBefore(database.pool, caller, request))
    if (id) return startedAlready(id)
    throw error
  })
  metrics.runs.inc({ outcome: outcomeOf.RunCancelled }, interrupted.ended)
  // Elsewhere the notification says so.
  for (const id of interrupted.asked) active.get(id)?.cancel()
  if (token) {
    const lease = {
      runId,
      workspaceId: caller.workspaceId,
      token,
      takeovers: 0,
      cancelRequested: false,
    }
    workOnRun(context, lease, [{ seq: 1, runId, type: 'RunStarted', conversationId }], activeSpanContext())
    place[Symbol.dispose]()
  }
  return findRun(database, caller, runId)
}

async function begin(
  client: pg.PoolClient,
  caller: Caller,
  request: AskRequest,
  traceId: string | null,
  leaseMs: number,
  place: RunPlace,
): Promise<Started> {
  const { workspaceId } = caller
  const { requestId, question, onConflict } = request
  if (request.conversationId !== null) {
    const known = isRowId(request.conversationId)
    const [locked] = known ? await lockConversation(client, workspaceId, request.conversationId) : []
    if (!locked) throw new NotFoundError('There is no such conversation')
  }
  // After the lock: the run that the same request started a moment ago is no conflict.
  const before = await startedBefore(client, caller, request)
  if (before) return startedAlready(before)
  const [collection] = await findCollection(client, workspaceId, request.collection)
  if (!collection) throw new NotFoundError(`There is no collection ${request.collection}`)

  const conversationId = request.conversationId ?? uuidV7()
  let runId = uuidV7()
  let busy = false
  let interrupted = nothing
  if (request.conversationId === null) {
    await insertConversation(client, conversationId, workspaceId, conversationTitle(question))
  } else {
    busy = (await findActive(client, conversationId)).length > 0
    if (busy && onConflict === ConflictPolicy.Reject) {
      throw new ConflictError('Another run of the conversation is active')
    }
    if (busy && onConflict === ConflictPolicy.Interrupt) {
      interrupted = await interruptRuns(client, workspaceId, conversationId)
      busy = interrupted.asked.length > 0
    }
    const [latest] = await findLatest(client, conversationId)
    if (latest) runId = uuidV7After(latest.id)
  }
  // Refused before it is accepted; a queued run takes the room of the one that it waits for.
  if (!busy) place.take()
  const token = busy ? null : randomUUID()
  const input = storeInput(request)
  await insertRun(
    client,
    runId,
    workspaceId,
    conversationId,
    requestId,
    question,
    input,
    traceId,
    token,
    leaseMs,
  )
  return { runId, conversationId, token, interrupted }
}

const nothing: Interrupted = { ended: 0, asked: [] }

function startedAlready(runId: string): Started {
  return { runId, conversationId: '', token: null, interrupted: nothing }
}

async function startedBefore(
  client: pg.Pool | pg.PoolClient,
  { workspaceId }: Caller,
  { requestId }: AskRequest,
): Promise<string | undefined> {
  if (requestId === null) return undefined
  const [run] = await findByRequest(client, workspaceId, requestId)
  return run?.id
}
