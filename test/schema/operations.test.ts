import { expect, test } from 'vitest'
import { NotFoundError } from '../../src/errors.ts'
import type { Accepted, DocumentDraft, Ingestions } from '../../src/ingestion/ingestion.ts'
import { encodeGlobalId } from '../../src/resolvers/global-id.ts'
import type { RetrieveRequest, Retriever } from '../../src/retrieval/retrieval.ts'
import type { AskRequest, Runs } from '../../src/runs/runs.ts'
import { uploadedFile } from '../testkit/uploaded-file.ts'
import { contextOf, execute, refusal, run } from './testkit.ts'

const uuid = '01940000-0000-7000-8000-000000000001'

function recordingRetriever() {
  const requests: RetrieveRequest[] = []
  const retriever: Retriever = {
    async retrieve(_caller, request) {
      requests.push(request)
      return { mode: 'LEXICAL', underfilled: true, hits: [] }
    },
  }
  return { retriever, requests }
}

test('retrieve hands on row ids, dates and conditions, and fills in what is absent', async () => {
  const { retriever, requests } = recordingRetriever()
  const context = contextOf({}, { retriever })
  const source =
    'query ($input: RetrieveInput!) { retrieve(input: $input) { mode underfilled hits { rank } } }'
  const filter = {
    documentIds: [encodeGlobalId('Document', uuid)],
    externalIds: null,
    createdAfter: '2026-01-01T02:00:00+02:00',
    metadata: [
      { path: ['a'], equals: null },
      { path: ['b', 'c'], in: [1, 'two'], gte: null },
      { path: ['d'], exists: false },
    ],
  }

  const data = await run(context, source, { input: { query: ' q ', filter } })
  await run(context, source, { input: { query: 'q', topK: 100, minScore: 0, mode: 'VECTOR' } })

  expect(data).toEqual({ retrieve: { mode: 'LEXICAL', underfilled: true, hits: [] } })
  expect(requests).toEqual([
    {
      query: ' q ',
      collection: 'default',
      topK: 5,
      mode: 'HYBRID',
      minScore: null,
      language: null,
      filter: {
        documentIds: [uuid],
        createdAfter: new Date('2026-01-01T00:00:00Z'),
        metadata: [
          { path: ['a'], equals: null },
          { path: ['b', 'c'], in: [1, 'two'] },
          { path: ['d'], exists: false },
        ],
      },
    },
    {
      query: 'q',
      collection: 'default',
      topK: 100,
      mode: 'VECTOR',
      minScore: 0,
      language: null,
      filter: null,
    },
  ])
})

test('ingestDocuments leaves what is wrong with one document to the domain', async () => {
  const drafts: DocumentDraft[] = []
  const failure = { code: 'INVALID_INPUT', message: 'metadata must be an object', retryable: false } as const
  const ingestions = {
    async accept(_caller, _collection, documents): Promise<Accepted> {
      drafts.push(...documents)
      return { ingestion: null, results: [{ index: 0, outcome: 'REJECTED', document: null, failure }] }
    },
  } satisfies Partial<Ingestions>
  const file = uploadedFile('bytes', 'a.txt')
  const source = `mutation ($file: File, $deep: JSON) { ingestDocuments(input: { documents: [
    { source: { text: "a" }, externalId: "", title: "${'t'.repeat(501)}", metadata: $deep }
    { source: { file: $file }, metadata: { n: 1.5, list: [true, null, $deep], sub: { __proto__: "own" } } }
    { source: { url: "ftp://x" }, mimeType: "text/plain" }
  ] }) { ingestion { id } results { index outcome document { id } failure { code message retryable } } } }`
  let deep: unknown = 'end'
  for (let level = 0; level < 5_000; level += 1) deep = [deep]
  const context = contextOf({}, { ingestions: ingestions as unknown as Ingestions })

  const data = await run(context, source, { file, deep })

  expect(data.ingestDocuments).toEqual({
    ingestion: null,
    results: [{ index: 0, outcome: 'REJECTED', document: null, failure }],
  })
  expect(drafts.map((draft) => Object.keys(draft.source)[0])).toEqual(['text', 'file', 'url'])
  expect(drafts[0]).toMatchObject({ externalId: '', mimeType: null })
  expect(drafts[0]?.metadata === deep).toBe(true)
  expect(drafts[1]?.source).toEqual({ file })
  const metadata = drafts[1]?.metadata as { sub: object; list: unknown[] }
  expect(Object.getOwnPropertyDescriptor(metadata.sub, '__proto__')?.value).toBe('own')
  expect(metadata.list.slice(0, 2)).toEqual([true, null])
})

test('askQuestion starts a run, waits for it with its signal and returns it', async () => {
  const requests: AskRequest[] = []
  const { signal } = new AbortController()
  const row = { id: uuid, question: 'why?', status: 'COMPLETED', answer: null, retrievalMode: null }
  const runs = {
    async start(_caller, request) {
      requests.push(request)
      return row as never
    },
    async wait(_caller, id, waited) {
      expect([id, waited]).toEqual([uuid, signal])
      return row as never
    },
  } satisfies Partial<Runs>
  const context = contextOf({}, { runs: runs as unknown as Runs }, signal)
  const source = `mutation { askQuestion(input: { question: "why?", requestId: "r1" }) {
    id question status answer { text } retrieval { mode } } }`

  expect(await run(context, source)).toEqual({
    askQuestion: {
      id: encodeGlobalId('Run', uuid),
      question: 'why?',
      status: 'COMPLETED',
      answer: null,
      retrieval: null,
    },
  })
  expect(requests).toEqual([
    {
      question: 'why?',
      collection: 'default',
      conversationId: null,
      topK: 6,
      filter: null,
      requestId: 'r1',
      onConflict: 'REJECT',
    },
  ])
})

test('what the domain does not find is NOT_FOUND; deletions tell the ids they deleted', async () => {
  const ingestions = {
    async cancel() {
      throw new NotFoundError('There is no such ingestion')
    },
    async deleteDocuments(_caller, ids) {
      return [...ids]
    },
  } satisfies Partial<Ingestions>
  const context = contextOf({}, { ingestions: ingestions as unknown as Ingestions })
  const cancel = `mutation { cancelIngestion(input: { ingestionId: "${encodeGlobalId('Ingestion', uuid)}" }) { id } }`
  const id = encodeGlobalId('Document', uuid)

  expect(refusal(await execute(context, cancel))).toEqual({ code: 'NOT_FOUND' })
  expect(
    await run(context, `mutation { deleteDocuments(input: { ids: ["${id}"] }) { deletedDocumentIds } }`),
  ).toEqual({ deleteDocuments: { deletedDocumentIds: [id] } })
})

test('resolvers are timed by field and outcome', async () => {
  const { retriever } = recordingRetriever()
  const context = contextOf({}, { retriever })
  await execute(context, '{ retrieve(input: { query: "q" }) { mode } }')
  await execute(context, '{ retrieve(input: { query: "" }) { mode } }')

  const { values } = await context.services.metrics.resolverDuration.get()
  const counts = values.filter(({ metricName }) => metricName?.endsWith('_count'))
  expect(counts.map(({ labels, value }) => [labels, value])).toEqual([
    [{ field: 'Query.retrieve', outcome: 'ok' }, 1],
    [{ field: 'Query.retrieve', outcome: 'bad_user_input' }, 1],
  ])
})

test('retrieve explains itself in milliseconds and parts, only where asked', async () => {
  let asked = 0
  const times = { embed_query: 1.5, lexical: 2, vector: null, fuse: null, rerank: null, total: 4 }
  const retriever: Retriever = {
    retrieve: async () => ({
      mode: 'LEXICAL',
      underfilled: false,
      hits: [],
      explain: async () => {
        asked += 1
        return {
          requestedMode: 'HYBRID',
          fallback: 'EMBEDDING_FAILED',
          lexical: { candidates: 7 },
          vector: null,
          rerank: null,
          filter: { matchingPassages: 5, collectionPassages: 20, complete: true },
          times,
        }
      },
    }),
  }
  const context = contextOf({}, { retriever })
  await run(context, '{ retrieve(input: { query: "q" }) { mode } }')
  expect(asked).toBe(0)
  const data = await run(
    context,
    `{ retrieve(input: { query: "q" }) { explain { requestedMode fallback lexical { candidates } vector { strategy }
      filter { selectivity complete } times { embedQuery lexical vector total } } } }`,
  )
  expect(data).toEqual({
    retrieve: {
      explain: {
        requestedMode: 'HYBRID',
        fallback: 'EMBEDDING_FAILED',
        lexical: { candidates: 7 },
        vector: null,
        filter: { selectivity: 0.25, complete: true },
        times: { embedQuery: 1.5, lexical: 2, vector: null, total: 4 },
      },
    },
  })
})
