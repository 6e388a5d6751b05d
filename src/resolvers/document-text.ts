import type { Document } from '../generated/prisma/client.ts'
import { batch } from './batch.ts'
import type { Context } from './context.ts'

const load = batch<string, string | null>(async ({ caller, services }, keys) => {
  const rows = await services.database.prisma.documentSource.findMany({
    where: { workspaceId: caller.workspaceId, OR: keys.map(parseKey) },
    select: { documentId: true, version: true, text: true },
  })
  return new Map(rows.map(({ documentId, version, text }) => [`${documentId}@${version}`, text]))
})

function parseKey(key: string): { documentId: string; version: number } {
  const [documentId = '', version] = key.split('@')
  return { documentId, version: Number(version) }
}

/** Null until READY: before, offsets of the chunks that searches find may refer to an earlier text. */
export async function documentText(document: Document, context: Context): Promise<string | null> {
  const { id, status, indexedVersion } = document
  if (status !== 'READY' || indexedVersion === null) return null
  return (await load(context, `${id}@${indexedVersion}`)) ?? null
}
