import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSchema, createYoga } from 'graphql-yoga'
import type { DocumentSource, IngestDocumentsInput } from '../../../clients/typescript/generated/graphql.ts'
import { events, run } from './canned-run.ts'

interface Stored {
  readonly externalId: string
  readonly text: string
  readonly language: string | null
}

export interface MockOptions {
  /** Awaited with the contents of a call's documents, before they are accepted. */
  readonly accepting?: (texts: readonly string[]) => Promise<void>
  /** Called when an ingestion is followed. */
  readonly watching?: () => void
  /** Awaited before a caller is told who they are. */
  readonly greeting?: () => Promise<void>
}

export interface MockApi extends AsyncDisposable {
  readonly url: string
  /** By collection and external id. */
  readonly documents: ReadonlyMap<string, Stored>
}

/**
 * The contract with canned data: an empty text is rejected, one that says FAIL fails while it is indexed,
 * and every question has the same answer.
 */
export async function mockApi({ accepting, watching, greeting }: MockOptions = {}): Promise<MockApi> {
  const documents = new Map<string, Stored>()
  const ingestions: Stored[][] = []
  const failing = (stored: Stored) => stored.text.includes('FAIL')
  const state = (id: string, status: string) => {
    const list = ingestions[Number(id)] ?? []
    const failed = status === 'QUEUED' ? 0 : list.filter(failing).length
    const ready = status === 'QUEUED' ? 0 : list.length - failed
    const counts = { total: list.length, queued: list.length - ready - failed, running: 0, ready, failed }
    return {
      __typename: 'Ingestion',
      id,
      status,
      ...counts,
      cancelled: 0,
      createdAt: '2026-11-20T00:00:00.000Z',
    }
  }
  const schema = createSchema({
    typeDefs: await readFile(new URL('../../../schema.graphql', import.meta.url), 'utf8'),
    resolvers: {
      Query: {
        viewer: async () => {
          await greeting?.()
          return { workspace: { id: 'w', name: 'default' }, scopes: ['READ', 'WRITE'] }
        },
        retrieve: (_: unknown, { input }: { input: { query: string; language?: string } }) =>
          input.query === 'nothing' || input.language === 'xx'
            ? { ...run.retrieval, hits: [], underfilled: true }
            : run.retrieval,
        node: (_: unknown, { id }: { id: string }) => state(id, 'FAILED'),
      },
      Ingestion: {
        documents: ({ id }: { id: string }) => ({
          pageInfo: { hasNextPage: false, hasPreviousPage: false },
          edges: (ingestions[Number(id)] ?? []).filter(failing).map(({ externalId }) => ({
            node: { id: externalId, externalId, title: externalId, status: 'FAILED', failure: unreadable },
          })),
        }),
      },
      Mutation: {
        ingestDocuments: async (_: unknown, { input }: { input: IngestDocumentsInput }) => {
          const queued: Stored[] = []
          const read = async ({ text, url, file }: DocumentSource) =>
            text ?? url ?? (await file?.text()) ?? ''
          const texts = await Promise.all(input.documents.map(({ source }) => read(source)))
          await accepting?.(texts)
          const results = input.documents.map((document, index) => {
            const externalId = document.externalId ?? document.source.url ?? ''
            const text = texts[index] ?? ''
            if (text.trim() === '') return { index, outcome: 'REJECTED', failure: empty }
            const key = `${input.collection}/${externalId}`
            const before = documents.get(key)
            if (before?.text === text) return { index, outcome: 'UNCHANGED' }
            documents.set(key, { externalId, text, language: document.language ?? null })
            queued.push({ externalId, text, language: document.language ?? null })
            return { index, outcome: before ? 'UPDATED' : 'CREATED' }
          })
          if (queued.length === 0) return { ingestion: null, results }
          ingestions.push(queued)
          return { ingestion: state(String(ingestions.length - 1), 'QUEUED'), results }
        },
      },
      Subscription: {
        ingestionProgress: {
          async *subscribe(_: unknown, { ingestionId }: { ingestionId: string }) {
            yield { ingestionProgress: state(ingestionId, 'QUEUED') }
            watching?.()
            const failed = ingestions[Number(ingestionId)]?.some(failing)
            yield { ingestionProgress: state(ingestionId, failed ? 'FAILED' : 'SUCCEEDED') }
          },
        },
        chatStream: {
          async *subscribe(_: unknown, { input }: { input: { ask?: { question: string } } }) {
            for (const event of events(input.ask?.question ?? '')) yield { chatStream: event }
          },
        },
      },
    },
  })
  const server = createServer(createYoga({ schema, logging: false }))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    documents,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      if (server.listening) await once(server, 'close')
    },
  }
}

const empty = { code: 'EMPTY', message: 'The document holds no text.', retryable: false }
const unreadable = { code: 'UNREADABLE', message: 'It could not be read.', retryable: false }
