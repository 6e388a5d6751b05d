import type pg from 'pg'
import * as sql from '../db/sql/acceptance.ts'
import type { KnownDocument } from './known-document.ts'
import type { PreparedDocument } from './prepare-document.ts'

type Changed = KnownDocument & { readonly change: PreparedDocument }

/** Sources up to so many bytes travel together, in statements of about as many bytes as ten of them. */
const small = 64 * 1024
const batchBytes = 10 * small

/**
 * Writes rows and sources of the documents of one call, which come in one order for all calls, so that no two insert
 * the same documents crosswise and wait for each other.
 *
 * @returns whether the passages of one are indexed under a title or language that it does not have any more
 */
export async function writeDocuments(
  client: pg.PoolClient,
  workspaceId: string,
  collectionId: string,
  documents: readonly KnownDocument[],
): Promise<boolean> {
  let stale = false
  for (const { id, description } of documents) {
    if (!description) continue
    const { title, metadata, language } = description
    const [described] = await sql.describeDocument(client, id, title, metadata, language)
    if (described?.stale) stale = true
  }
  const changed = documents.filter((document): document is Changed => document.change !== null)
  await insertNew(
    client,
    workspaceId,
    collectionId,
    changed.filter(({ isNew }) => isNew),
  )
  for (const document of changed) if (!document.isNew) await requeue(client, document)
  await insertSources(
    client,
    workspaceId,
    changed.filter(({ change }) => change.url === null),
  )
  return stale
}

async function insertNew(
  client: pg.PoolClient,
  workspaceId: string,
  collectionId: string,
  documents: readonly Changed[],
): Promise<void> {
  if (documents.length === 0) return
  const changes = documents.map(({ change }) => change)
  await sql.insertDocuments(
    client,
    workspaceId,
    collectionId,
    documents.map(({ id }) => id),
    documents.map(({ version }) => version),
    changes.map(({ externalId }) => externalId),
    changes.map(({ title }) => title),
    changes.map(({ mimeType }) => mimeType),
    changes.map(({ contentHash }) => contentHash),
    changes.map(({ size }) => size),
    changes.map(({ metadata }) => metadata ?? '{}'),
    changes.map(({ givenTitle }) => givenTitle !== null),
    changes.map(({ url }) => url),
    changes.map(({ language }) => language),
  )
}

async function requeue(client: pg.PoolClient, { id, version, change }: Changed): Promise<void> {
  const { givenTitle, title, mimeType, contentHash, size, metadata, url, language } = change
  if (url !== null) {
    await sql.requeueFetch(client, id, version, url, givenTitle, metadata, language)
    return
  }
  const titleGiven = givenTitle !== null
  await sql.requeueDocument(
    client,
    id,
    title,
    mimeType,
    contentHash,
    version,
    size,
    metadata,
    titleGiven,
    language,
  )
}

/** Large ones one by one, each read when its turn comes. */
async function insertSources(
  client: pg.PoolClient,
  workspaceId: string,
  documents: readonly Changed[],
): Promise<void> {
  let batch: Changed[] = []
  let size = 0
  const flush = async () => {
    if (batch.length === 0) return
    const bytes: Buffer[] = []
    for (const { change } of batch) bytes.push(await change.readBytes())
    const ids = batch.map(({ id }) => id)
    const versions = batch.map(({ version }) => version)
    batch = []
    size = 0
    await sql.insertSources(client, workspaceId, ids, versions, bytes)
  }
  for (const document of documents) {
    const { id, version, change } = document
    if (change.size > small) {
      await sql.insertSource(client, id, version, workspaceId, await change.readBytes())
      continue
    }
    batch.push(document)
    size += change.size
    if (size >= batchBytes) await flush()
  }
  await flush()
}
