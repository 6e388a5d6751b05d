import type pg from 'pg'
import * as sql from '../../db/sql/embedding-fill.ts'
import type { EmbeddingSpace } from '../../db/sql/embedding-space.ts'
import { keepSpaces } from '../../db/sql/workspace-spaces.ts'
import { transaction } from '../../db/transaction.ts'
import type { Embeddings } from '../../providers/embeddings/embeddings.ts'
import { inputHash } from '../../retrieval/vector/input-hash.ts'
import { passageForEmbedding, vectorLiteral } from '../../retrieval/vector/passage-vector.ts'
import { embedTexts } from './embed-texts.ts'
import { spacesOf, usedSpace } from './spaces.ts'

/** Passages that are looked up and given to the model at a time. */
const batchSize = 256
const beforeAllIds = '00000000-0000-0000-0000-000000000000'

export interface Fill {
  readonly workspaceId: string
  readonly space: EmbeddingSpace
  readonly embeddings: Embeddings
}

/**
 * Looks once through the passages of a workspace, and gives those without a vector in the space one.
 * @returns how many have a vector, or are known to get none, that had neither before
 * @throws FailureError as the model does
 */
export async function embedMissing(pool: pg.Pool, fill: Fill, signal: AbortSignal): Promise<number> {
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
