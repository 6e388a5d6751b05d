import type { Document, DocumentStatus, Prisma } from '../generated/prisma/client.ts'
import type { Context } from './context.ts'
import { type Connection, keysetPage } from './keyset-page.ts'
import type { PageArgs } from './page-size.ts'

export interface ListDocumentsArgs extends PageArgs {
  readonly status?: readonly DocumentStatus[] | null | undefined
}

/** Of a collection or of an ingestion, in the order in which they were first accepted. */
export function listDocuments(
  of: Pick<Prisma.DocumentWhereInput, 'collectionId' | 'ingestions'>,
  args: ListDocumentsArgs,
  { caller, services }: Context,
): Promise<Connection<Document>> {
  const { document } = services.database.prisma
  const scope: Prisma.DocumentWhereInput = {
    ...of,
    workspaceId: caller.workspaceId,
    ...(args.status && { status: { in: [...args.status] } }),
  }
  return keysetPage(args, {
    key: 'id',
    rows: ({ where, ...page }) => document.findMany({ where: { ...where, ...scope }, ...page }),
    count: () => document.count({ where: scope }),
  })
}
