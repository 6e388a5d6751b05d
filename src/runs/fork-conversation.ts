import type pg from 'pg'
import { type Caller, requireScope, Scope } from '../access/caller.ts'
import type { Database } from '../db/database.ts'
import { retryConflict } from '../db/retry-conflict.ts'
import {
  copyCitations,
  copyEvents,
  copyHits,
  copyRuns,
  findFork,
  insertFork,
  listRunsUpTo,
  lockOrigin,
} from '../db/sql/conversation-fork.ts'
import { transaction } from '../db/transaction.ts'
import { uuidV7 } from '../db/uuid-v7.ts'
import { BadUserInputError, ConflictError, NotFoundError } from '../errors.ts'
import type { Conversation } from '../generated/prisma/client.ts'
import { isRowId } from './find-run.ts'

export interface Fork {
  readonly conversationId: string
  /** The last run that is copied. */
  readonly upToRunId: string
  /** Null: the title of the conversation that is forked. */
  readonly title: string | null
  /** Idempotency key: a second call with it returns the conversation that the first one made. */
  readonly requestId: string | null
}

/** Copies are as large as what is copied, and one call makes all of them. */
export const forkedRuns = 1_000
/** Runs that one statement copies with their events, of which each may have some hundred. */
const batch = 50

/**
 * A new conversation with copies of another one's ended runs up to one of them: events, evidence, answer and
 * citations, under ids of their own. Nothing refers from one to the other, so either can be deleted.
 * @throws NotFoundError, ConflictError where that run has not ended
 */
export async function forkConversation(
  { pool, prisma }: Database,
  caller: Caller,
  fork: Fork,
): Promise<Conversation> {
  requireScope(caller, Scope.Read)
  const { workspaceId } = caller
  if (!isRowId(fork.conversationId)) throw noConversation()
  // A document that is deleted at the same time locks the same passages; the same request may be made twice at once.
  const id = await retryConflict(() => transaction(pool, (client) => copy(client, workspaceId, fork)))
  const row = await prisma.conversation.findFirst({ where: { id, workspaceId } })
  if (!row) throw noConversation()
  return row
}

async function copy(client: pg.PoolClient, workspaceId: string, fork: Fork): Promise<string> {
  // First of all: what it was made from may be gone by now.
  const [before] = fork.requestId === null ? [] : await findFork(client, workspaceId, fork.requestId)
  if (before) return before.id
  const [origin] = await lockOrigin(client, workspaceId, fork.conversationId)
  if (!origin) throw noConversation()
  const originIds = await endedRuns(client, workspaceId, fork)
  const conversationId = uuidV7()
  await insertFork(client, conversationId, workspaceId, fork.title ?? origin.title, fork.requestId)
  for (let from = 0; from < originIds.length; from += batch) {
    const origins = originIds.slice(from, from + batch)
    // In their order, which is that of the conversation.
    const copies = origins.map(() => uuidV7())
    await copyRuns(client, origins, copies, conversationId)
    await copyEvents(client, origins, copies, conversationId)
    await copyHits(client, origins, copies)
    await copyCitations(client, origins, copies)
  }
  return conversationId
}

async function endedRuns(
  client: pg.PoolClient,
  workspaceId: string,
  { conversationId, upToRunId }: Fork,
): Promise<string[]> {
  const runs = isRowId(upToRunId)
    ? await listRunsUpTo(client, workspaceId, conversationId, upToRunId, forkedRuns + 1)
    : []
  if (runs.length > forkedRuns) {
    throw new BadUserInputError('upToRunId', `must be one of the first ${forkedRuns} runs`, {
      details: { limit: forkedRuns },
    })
  }
  const last = runs.at(-1)
  if (last?.id !== upToRunId) throw new NotFoundError('There is no such run in the conversation')
  if (!last.ended) throw new ConflictError('The run has not ended')
  return runs.filter((run) => run.ended).map((run) => run.id)
}

function noConversation(): NotFoundError {
  return new NotFoundError('There is no such conversation')
}
