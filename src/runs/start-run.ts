import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { type Caller, requireScope, Scope } from '../access/caller.ts'
import {
  findActive,
  findByRequest,
  findCollection,
  insertConversation,
  insertRun,
  lockConversation,
} from '../db/sql/run-start.ts'
import { transaction } from '../db/transaction.ts'
import { uuidV7 } from '../db/uuid-v7.ts'
import { ConflictError, NotFoundError, UnavailableError } from '../errors.ts'
import type { Run } from '../generated/prisma/client.ts'
import { cancelRun } from './cancel-run.ts'
import { checkRequest } from './check-request.ts'
import { conversationTitle } from './conversation-title.ts'
import { findRun, isRowId } from './find-run.ts'
import { workOnRun } from './local-run.ts'
import type { RunContext } from './run-context.ts'
import { storeInput } from './run-input.ts'
import { activeSpanContext } from './run-span.ts'
import { type AskRequest, ConflictPolicy } from './runs.ts'
import { isUniqueViolation } from './sweeper.ts'

/** What the transaction did: a run that is `token`'s to work on, one that waits, or one from before. */
interface Started {
  readonly runId: string
  readonly conversationId: string
  readonly token: string | null
}

/** Runs in the way, which have to be cancelled before another try. */
type Attempt = Started | { readonly inTheWay: readonly string[] }

const interruptAttempts = 5

export async function startRun(
  context: RunContext,
  caller: Caller,
  request: AskRequest,
  traceId: string | null,
): Promise<Run> {
  requireScope(caller, Scope.Read)
  checkRequest(request)
  const { database, options, stopping } = context
  if (stopping.aborted) throw new UnavailableError('The server stops')
  for (let attempt = 1; attempt <= interruptAttempts; attempt += 1) {
    const result = await transaction(database.pool, (client) =>
      begin(client, caller, request, traceId, options.leaseMs),
    ).catch(async (error: unknown) => {
      // Another call with the same requestId was faster.
      const id = isUniqueViolation(error) && (await startedBefore(database.pool, caller, request))
      if (id) return { runId: id, conversationId: '', token: null }
      throw error
    })
    if ('inTheWay' in result) {
      for (const runId of result.inTheWay) await cancelRun(context, caller, runId)
      continue
    }
    const { runId, conversationId, token } = result
    if (token) {
      const { workspaceId } = caller
      const lease = { runId, workspaceId, token, takeovers: 0, cancelRequested: false, torn: false }
      workOnRun(context, lease, [{ seq: 1, runId, type: 'RunStarted', conversationId }], activeSpanContext())
    }
    return findRun(database, caller, runId)
  }
  throw new ConflictError('Other runs of the conversation keep starting')
}

async function begin(
  client: pg.PoolClient,
  caller: Caller,
  request: AskRequest,
  traceId: string | null,
  leaseMs: number,
): Promise<Attempt> {
  const { workspaceId } = caller
  if (request.conversationId !== null) {
    const known = isRowId(request.conversationId)
    const [locked] = known ? await lockConversation(client, workspaceId, request.conversationId) : []
    if (!locked) throw new NotFoundError('There is no such conversation')
  }
  // After the lock: the run that the same request started a moment ago is no conflict.
  const before = await startedBefore(client, caller, request)
  if (before) return { runId: before, conversationId: '', token: null }
  const [collection] = await findCollection(client, workspaceId, request.collection)
  if (!collection) throw new NotFoundError(`There is no collection ${request.collection}`)

  const conversationId = request.conversationId ?? uuidV7()
  const active = request.conversationId === null ? [] : await findActive(client, conversationId)
  if (active.length > 0 && request.onConflict === ConflictPolicy.Reject) {
    throw new ConflictError('Another run of the conversation is active')
  }
  if (active.length > 0 && request.onConflict === ConflictPolicy.Interrupt) {
    return { inTheWay: active.map((run) => run.id) }
  }
  if (request.conversationId === null) {
    await insertConversation(client, conversationId, workspaceId, conversationTitle(request.question))
  }
  const runId = uuidV7()
  const token = active.length > 0 ? null : randomUUID()
  const { requestId, question } = request
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
  return { runId, conversationId, token }
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
