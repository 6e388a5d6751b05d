import { setImmediate } from 'node:timers/promises'
import type pg from 'pg'
import { type Caller, requireScope } from '../access/caller.ts'
import type { Database } from '../db/database.ts'
import { retryConflict } from '../db/retry-conflict.ts'
import * as sql from '../db/sql/acceptance.ts'
import { notifyVoided } from '../db/sql/voided-work.ts'
import { transaction } from '../db/transaction.ts'
import { uuidV7 } from '../db/uuid-v7.ts'
import { UnavailableError } from '../errors.ts'
import { type Failure, FailureError } from '../failure.ts'
import { activeTraceparent } from '../telemetry/tracing.ts'
import { holdingFile } from './file-memory.ts'
import { type Accepted, type DocumentDraft, IngestOutcome, type IngestResult } from './ingestion.ts'
import type { IngestionJobs } from './ingestion-jobs.ts'
import { type Decision, decide, findKnown, isFailure } from './known-document.ts'
import { type PreparedDocument, prepareDocument } from './prepare-document.ts'
import { settleIngestions } from './settle-ingestions.ts'
import { writeDocuments } from './write-documents.ts'

export interface AcceptDependencies {
  readonly database: Database
  readonly jobs: IngestionJobs
}

/** Documents that are looked into before the process answers what came meanwhile. */
const answerEvery = 8

/**
 * Documents, their content and the jobs commit together. Documents of one call are taken in their
 * order, as if each were a call of its own.
 */
export async function acceptDocuments(
  { database, jobs }: AcceptDependencies,
  caller: Caller,
  collection: string,
  drafts: readonly DocumentDraft[],
): Promise<Accepted> {
  requireScope(caller, 'WRITE')
  const prepared: (PreparedDocument | Failure)[] = []
  // One after the other: of files, one is in memory at a time. Searches are answered in between.
  for (const draft of drafts) {
    prepared.push(await prepare(draft))
    if (prepared.length % answerEvery === 0) await setImmediate()
  }
  const { pool } = database
  // A large file's turn comes before the transaction: locks are not to be held while it is waited for.
  const largest = prepared.reduce((most, each) => Math.max(most, isFailure(each) ? 0 : each.size), 0)
  const { decisions, ingestionId, superseded, staleIn } = await holdingFile(largest, () =>
    retryConflict(() => transaction(pool, (client) => write(client, jobs, caller, collection, prepared))),
  )
  await settleIngestions(pool, superseded)
  // Once more: a job that waited already, and kept this one from being queued, may have begun before the commit.
  if (staleIn) await jobs.reindexCollection(caller.workspaceId, staleIn, pool)
  return load(database, caller, decisions, ingestionId)
}

async function prepare(draft: DocumentDraft): Promise<PreparedDocument | Failure> {
  try {
    return await prepareDocument(draft)
  } catch (error) {
    if (error instanceof FailureError) return error.failure
    throw error
  }
}

interface Written {
  readonly decisions: readonly Decision[]
  readonly ingestionId: string | null
  readonly superseded: readonly string[]
  /** The collection, where a document changed its title and nothing else. */
  readonly staleIn: string | null
}

async function write(
  client: pg.PoolClient,
  jobs: IngestionJobs,
  { workspaceId }: Caller,
  collection: string,
  prepared: readonly (PreparedDocument | Failure)[],
): Promise<Written> {
  const documents = prepared.filter((each): each is PreparedDocument => !isFailure(each))
  if (documents.length === 0) {
    const decisions = prepared.map((failure) => ({ failure }) as Decision)
    return { decisions, ingestionId: null, superseded: [], staleIn: null }
  }
  const collectionId = await holdCollection(client, workspaceId, collection)
  const known = await findKnown(client, collectionId, documents)
  const decisions = prepared.map(
    (each): Decision => (isFailure(each) ? { failure: each } : decide(known, each)),
  )

  const work = [...known.values()].filter((document) => document.change)
  const replaced = work.filter((document) => !document.isNew).map(({ id }) => id)
  const superseded = replaced.length > 0 ? await sql.supersedeWork(client, replaced) : []
  if (superseded.length > 0) await notifyVoided(client, replaced)
  // In one order for all calls, so that no two insert the same documents crosswise and wait for each other.
  const inOrder = [...known]
    .toSorted(([key], [other]) => (key < other ? -1 : 1))
    .map(([, document]) => document)
  const stale = await writeDocuments(client, workspaceId, collectionId, inOrder)
  if (stale) await jobs.reindexCollection(workspaceId, collectionId, client)
  const staleIn = stale ? collectionId : null
  if (work.length === 0) return { decisions, ingestionId: null, superseded: [], staleIn }

  const ingestionId = uuidV7()
  const traceparent = activeTraceparent()
  await sql.insertIngestion(client, ingestionId, workspaceId, collectionId, traceparent)
  const ids = work.map(({ id }) => id)
  const versions = work.map(({ version }) => version)
  await sql.insertIngestionDocuments(client, ingestionId, workspaceId, ids, versions)
  await jobs.ingestDocuments(
    collectionId,
    work.map(({ id, version }) => ({
      workspaceId,
      documentId: id,
      version,
      ingestionId,
      ...(traceparent && { traceparent }),
    })),
    client,
  )
  return { decisions, ingestionId, superseded: superseded.map((row) => row.ingestion_id), staleIn }
}

async function holdCollection(client: pg.PoolClient, workspaceId: string, name: string): Promise<string> {
  for (let attempt = 1; attempt <= 3; attempt++) {
    const [held] = await sql.holdCollection(client, workspaceId, name)
    if (held) return held.id
    // One statement for both could not see a collection that another call commits while this one waits for it.
    await sql.makeCollection(client, uuidV7(), workspaceId, name)
  }
  throw new UnavailableError('The collection is being deleted again and again')
}

async function load(
  { prisma }: Database,
  { workspaceId }: Caller,
  decisions: readonly Decision[],
  ingestionId: string | null,
): Promise<Accepted> {
  const ids = decisions.flatMap((decision) => ('failure' in decision ? [] : decision.known.id))
  const rows = await prisma.document.findMany({ where: { workspaceId, id: { in: ids } } })
  const byId = new Map(rows.map((row) => [row.id, row]))
  const results = decisions.map((decision, index): IngestResult => {
    if ('failure' in decision) {
      return { index, outcome: IngestOutcome.Rejected, document: null, failure: decision.failure }
    }
    const document = byId.get(decision.known.id) ?? null
    return { index, outcome: decision.outcome, document, failure: null }
  })
  const ingestion = ingestionId ? await prisma.ingestion.findUnique({ where: { id: ingestionId } }) : null
  return { ingestion, results }
}
