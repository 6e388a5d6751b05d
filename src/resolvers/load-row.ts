import { NotFoundError } from '../errors.ts'
import type { Chunk, Collection, Conversation, Document, Run } from '../generated/prisma/client.ts'
import { batch } from './batch.ts'
import type { Context } from './context.ts'

interface Batch {
  readonly id: { readonly in: string[] }
  readonly workspaceId: string
}

/** Rows by id, one statement for all that a level of the operation asks for, in the caller's workspace only. */
function byId<Row extends { id: string }>(
  noun: string,
  find: (prisma: Context['services']['database']['prisma'], where: Batch) => Promise<Row[]>,
): (context: Context, id: string) => Promise<Row> {
  const load = batch<string, Row>(async ({ caller, services }, ids) => {
    const where = { id: { in: [...ids] }, workspaceId: caller.workspaceId }
    const rows = await find(services.database.prisma, where)
    return new Map(rows.map((row) => [row.id, row]))
  })
  return async (context, id) => {
    const row = await load(context, id)
    // Deleted since the row that names it was read.
    if (!row) throw new NotFoundError(`The ${noun} is not there any more`)
    return row
  }
}

export const loadCollection = byId<Collection>('collection', (prisma, where) =>
  prisma.collection.findMany({ where }),
)
export const loadDocument = byId<Document>('document', (prisma, where) => prisma.document.findMany({ where }))
export const loadConversation = byId<Conversation>('conversation', (prisma, where) =>
  prisma.conversation.findMany({ where }),
)
export const loadRun = byId<Run>('run', (prisma, where) => prisma.run.findMany({ where }))

const chunks = batch<string, Chunk>(async ({ caller, services }, ids) => {
  const where = { id: { in: [...ids] }, workspaceId: caller.workspaceId }
  const rows = await services.database.prisma.chunk.findMany({ where })
  return new Map(rows.map((row) => [row.id, row]))
})
/** Null where it is not there any more. */
export const loadChunk = async (context: Context, id: string): Promise<Chunk | null> =>
  (await chunks(context, id)) ?? null
