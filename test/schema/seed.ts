import type { PrismaClient } from '../../src/generated/prisma/client.ts'

export async function seedWorkspace(prisma: PrismaClient, name: string): Promise<string> {
  return (await prisma.workspace.create({ data: { name } })).id
}

export async function seedCollection(
  prisma: PrismaClient,
  workspaceId: string,
  name: string,
): Promise<string> {
  return (await prisma.collection.create({ data: { workspaceId, name } })).id
}

/** A READY document whose chunks are numbered; each gets a text of its own. */
export async function seedDocument(
  prisma: PrismaClient,
  place: { workspaceId: string; collectionId: string },
  title: string,
  chunks = 0,
): Promise<string> {
  const { id } = await prisma.document.create({
    data: {
      ...place,
      title,
      mimeType: 'text/plain',
      contentHash: title.padEnd(64, '0'),
      bytes: 10,
      status: 'READY',
      indexedVersion: 1,
      chunkCount: chunks,
      sources: {
        create: {
          version: 1,
          workspaceId: place.workspaceId,
          bytes: Buffer.from(title),
          text: `text of ${title}`,
        },
      },
    },
  })
  for (let ordinal = 0; ordinal < chunks; ordinal += 1) await seedChunk(prisma, place, id, ordinal)
  return id
}

export async function seedChunk(
  prisma: PrismaClient,
  place: { workspaceId: string; collectionId: string },
  documentId: string,
  ordinal: number,
  documentVersion = 1,
) {
  return prisma.chunk.create({
    data: {
      ...place,
      documentId,
      documentVersion,
      ordinal,
      text: `passage ${ordinal}`,
      start: ordinal * 10,
      end: ordinal * 10 + 9,
      headings: ['Top'],
      length: 2,
    },
  })
}
