import type { Chunk, Document } from '../generated/prisma/client.ts'
import type { Context } from './context.ts'
import { type Connection, keysetPage } from './keyset-page.ts'
import type { PageArgs } from './page-size.ts'

/** The passages that searches find now: none before the document is READY, and none that only runs still cite. */
export function listChunks(
  document: Document,
  args: PageArgs,
  { caller, services }: Context,
): Promise<Connection<Chunk>> {
  const { indexedVersion } = document
  return keysetPage(args, {
    key: 'ordinal',
    rows: async ({ where, ...page }) => {
      if (indexedVersion === null) return []
      const scope = {
        documentId: document.id,
        documentVersion: indexedVersion,
        workspaceId: caller.workspaceId,
      }
      return services.database.prisma.chunk.findMany({ where: { ...where, ...scope }, ...page })
    },
  })
}
