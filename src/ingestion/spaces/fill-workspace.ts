import type pg from 'pg'
import * as sql from '../../db/sql/embedding-fill.ts'
import { countProgress, setFailure, setReady } from '../../db/sql/embedding-migration.ts'
import type { EmbeddingSpace } from '../../db/sql/embedding-space.ts'
import { holdSpaces, keepSpaces } from '../../db/sql/workspace-spaces.ts'
import { transaction } from '../../db/transaction.ts'
import { type Failure, FailureCode, FailureError } from '../../failure.ts'
import { describeModel } from '../../providers/embeddings/embedders.ts'
import type { Embeddings } from '../../providers/embeddings/embeddings.ts'
import { inputHash } from '../../retrieval/vector/input-hash.ts'
import { passageForEmbedding, vectorLiteral } from '../../retrieval/vector/passage-vector.ts'
import { complete } from './complete.ts'
import { embedTexts } from './embed-texts.ts'
import { type Spaces, spacesOf } from './spaces.ts'
import type { TendDependencies } from './tend-workspace.ts'

/** Passages that are looked up and given to the model at a time. */
const batchSize = 256
const beforeAllIds = '00000000-0000-0000-0000-000000000000'

interface Fill {
  readonly workspaceId: string
  readonly space: EmbeddingSpace
  readonly embeddings: Embeddings
}

/**
 * Gives every passage of a workspace that has none a vector in the space, until none is left. What is done is seen by
 * its rows, so that whoever is interrupted or comes late does the rest. Where a migration leads to the space, it is
 * READY then; an automatic one is completed.
 *
 * @returns false where it has to be tried again later: the model does not answer, or this process does not have it
 */
export async function fillWorkspace(
  dependencies: TendDependencies,
  workspaceId: string,
  spaceId: number,
  signal: AbortSignal,
): Promise<boolean> {
  const { database, embedders, logger } = dependencies
  const { pool } = database
  const spaces = await spacesOf(pool, workspaceId)
  const space = usedSpace(spaces, spaceId)
  if (!space) return true
  const embeddings = embedders.find(space)
  try {
    if (!embeddings) throw notConfigured(space)
    const fill = { workspaceId, space, embeddings }
    for (;;) {
      // Counted first without the lock: swaps wait for a count only where it is about to be the last one.
      const missing = await count(pool, fill)
      if (missing === 0 && (await settle(dependencies, fill))) return true
      const embedded = await embedMissing(pool, fill, signal)
      // Looked for without an end it would ask the database and the model again and again.
      if (missing > 0 && embedded === 0) return !usedSpace(await spacesOf(pool, workspaceId), spaceId)
    }
  } catch (error) {
    if (signal.aborted || !(error instanceof FailureError)) throw error
    // Nothing that a model does ends a fill: it goes on when the model answers again, or another is configured.
    const failure: Failure = { ...error.failure, retryable: true }
    await setFailure(pool, workspaceId, spaceId, JSON.stringify(failure))
    logger.warn({ workspaceId, failure }, 'The passages of a workspace cannot be embedded now')
    return false
  }
}

const usedSpace = (spaces: Spaces | null, spaceId: number): EmbeddingSpace | undefined =>
  [spaces?.active, spaces?.migration?.space].find((each) => each?.id === spaceId) ?? undefined

/** @returns how many passages have a vector, or are known to get none, that had neither before */
async function embedMissing(pool: pg.Pool, fill: Fill, signal: AbortSignal): Promise<number> {
  const { workspaceId, space } = fill
  let after = beforeAllIds
  let done = 0
  for (;;) {
    signal.throwIfAborted()
    // Abandoned meanwhile: no more is asked of the model.
    if (!usedSpace(await spacesOf(pool, workspaceId), space.id)) return done
    const chunks = await sql.chunksWithout(pool, workspaceId, space.id, after, batchSize)
    const last = chunks.at(-1)
    if (!last) return done
    done += await embedBatch(pool, fill, chunks, signal)
    after = last.id
  }
}

async function embedBatch(
  pool: pg.Pool,
  { workspaceId, space, embeddings }: Fill,
  chunks: Awaited<ReturnType<typeof sql.chunksWithout>>,
  signal: AbortSignal,
): Promise<number> {
  let done = 0
  // A text that stands in several passages is embedded once.
  const groups = [...Map.groupBy(chunks, (chunk) => inputHash(chunk).toString('latin1'))].map(
    ([hash, alike]) => ({ hash, ids: alike.map(({ id }) => id), text: textOf(alike) }),
  )
  const write = async (statement: (client: pg.PoolClient) => Promise<{ stored: number }[]>) => {
    const [written] = await transaction(pool, async (client) => {
      await keepSpaces(client, workspaceId)
      return statement(client)
    })
    done += written?.stored ?? 0
  }
  await embedTexts(
    embeddings,
    groups.map(({ text }) => text),
    {
      store: (places, vectors) => {
        const stored = places.flatMap((place) => groups[place] ?? [])
        const ids = stored.flatMap(({ ids }) => ids)
        const at = stored.flatMap(({ ids }, index) => ids.map(() => index + 1))
        const hashes = Buffer.concat(stored.map(({ hash }) => Buffer.from(hash, 'latin1')))
        return write((client) =>
          sql.fillSpace(client, workspaceId, space.id, ids, at, vectors.map(vectorLiteral), hashes),
        )
      },
      reject: (place, reason) =>
        write((client) =>
          sql.rejectPassages(client, workspaceId, space.id, groups[place]?.ids ?? [], reason),
        ),
    },
    signal,
  )
  return done
}

function textOf([first]: Awaited<ReturnType<typeof sql.chunksWithout>>): string {
  return first ? passageForEmbedding(first) : ''
}

/** @returns how many passages have no vector, and are to get one */
async function count(pool: pg.Pool, { workspaceId, space }: Fill): Promise<number> {
  const spaces = await spacesOf(pool, workspaceId)
  const { total, embedded, rejected, missing } = await sql.countFill(pool, workspaceId, space.id)
  if (spaces?.migration?.space.id === space.id)
    await countProgress(pool, spaces.migration.id, total, embedded, rejected)
  return missing
}

/** Looks whether anything is left, while no swap is under way. @returns false where something is */
async function settle(
  { database: { pool }, jobs }: TendDependencies,
  { workspaceId, space }: Fill,
): Promise<boolean> {
  return transaction(pool, async (client) => {
    await holdSpaces(client, workspaceId)
    const spaces = await spacesOf(client, workspaceId)
    if (!spaces) return true
    const { active, migration } = spaces
    const leadsHere = migration?.space.id === space.id
    if (!leadsHere && active?.id !== space.id) return true
    const { total, embedded, rejected, missing } = await sql.countFill(client, workspaceId, space.id)
    const done = missing === 0
    if (!leadsHere || !migration) return done
    await countProgress(client, migration.id, total, embedded, rejected)
    await setReady(client, migration.id, done)
    // A model that takes none of the passages is not what searches are to be left to.
    if (done && migration.automatic && (embedded > 0 || total === 0)) {
      await complete(client, jobs, workspaceId, spaces, migration)
    }
    return done
  })
}

function notConfigured(space: EmbeddingSpace): FailureError {
  return new FailureError(
    FailureCode.UpstreamUnavailable,
    `This worker does not have the model ${describeModel(space)}: set EMBEDDING_* or EMBEDDING_NEXT_* to it.`,
    { retryable: true },
  )
}
