import { expect, test } from 'vitest'
import { createClient } from './client.ts'
import type { DocumentInput } from './generated/graphql.ts'
import { openStream } from './testing/run-log.ts'
import { failure, json, plain, type Reply, scriptedServer, variablesOf } from './testing/scripted-server.ts'

const accepted: Reply = (call) => {
  const documents = variablesOf(call).input.documents as unknown as DocumentInput[]
  const results = documents.map(({ externalId }, index) => ({
    index,
    outcome: 'CREATED',
    document: { externalId },
  }))
  const ingestion = { id: `ingestion-of-${documents[0]?.externalId}` }
  json(200, { data: { ingestDocuments: { ingestion, results } } })(call)
}

function* numbered(count: number, text = 'text'): Generator<DocumentInput> {
  for (let index = 0; index < count; index++) yield { externalId: String(index), source: { text } }
}

const sizes = (calls: Parameters<typeof variablesOf>[0][]) =>
  calls.map((call) => variablesOf(call).input.documents?.length)

test('documents go in requests of 100, and results come back in input order', async () => {
  await using server = await scriptedServer([accepted])
  const batches: number[] = []
  const report = await createClient({ url: server.url }).ingest(
    { collection: 'docs', documents: numbered(250) },
    { onBatch: (batch) => batches.push(batch.results.length) },
  )
  expect(sizes([...server.calls])).toEqual([100, 100, 50])
  expect(batches).toEqual([100, 100, 50])
  expect(report.results.map((result) => result.index)).toEqual(Array.from({ length: 250 }, (_, i) => i))
  expect(report.results[249]?.document?.externalId).toBe('249')
  expect(report.ingestions.map(({ id }) => id)).toEqual([
    'ingestion-of-0',
    'ingestion-of-100',
    'ingestion-of-200',
  ])
})

test('a request stays below the byte limit, and a document above it goes alone', async () => {
  await using server = await scriptedServer([accepted])
  const documents = [...numbered(4, 'x'.repeat(400)), ...numbered(1, 'y'.repeat(5000)), ...numbered(1)]
  await createClient({ url: server.url }).ingest({ documents }, { limits: { bytes: 1000 } })
  expect(sizes([...server.calls])).toEqual([2, 2, 1, 1])
})

test('a request that failed on the way is sent again', async () => {
  await using server = await scriptedServer([plain(503, ''), accepted])
  const report = await createClient({ url: server.url }).ingest({ documents: numbered(2) }, { minDelayMs: 1 })
  expect(report.results).toHaveLength(2)
  expect(server.calls).toHaveLength(2)
})

test('a refusal is thrown with its code', async () => {
  await using server = await scriptedServer([json(200, failure('FORBIDDEN'))])
  await expect(
    createClient({ url: server.url, apiKey: 'gw_key' }).ingest({ documents: numbered(1) }),
  ).rejects.toMatchObject({ code: 'FORBIDDEN' })
  expect(server.calls[0]?.request.headers.authorization).toBe('Bearer gw_key')
})

test('a file goes as a part of a multipart request', async () => {
  const done = json(200, { data: { ingestDocuments: { ingestion: null, results: [] } } })
  await using server = await scriptedServer([done])
  const file = new File(['%PDF-1.7'], 'paper.pdf', { type: 'application/pdf' })
  await createClient({ url: server.url }).ingest({ documents: [...numbered(1), { source: { file } }] })
  const call = server.calls[0]
  const type = call?.request.headers['content-type'] ?? ''
  const form = await new Response(call?.body ?? '', { headers: { 'content-type': type } }).formData()
  expect(JSON.parse(String(form.get('map')))).toEqual({ 0: ['variables.input.documents.1.source.file'] })
  expect(JSON.parse(String(form.get('operations'))).variables.input.documents[1]).toEqual({
    source: { file: null },
  })
  expect(form.get('0')).toMatchObject({ name: 'paper.pdf', type: 'application/pdf' })
})

test('an ingestion is watched to its end, over a lost connection', async () => {
  const states = (...list: string[]): Reply => {
    return ({ response }) => {
      openStream(response)
      const frames = list.map(
        (status) => `event: next\ndata: ${JSON.stringify({ data: { ingestionProgress: { status } } })}\n\n`,
      )
      response.end(frames.join(''))
    }
  }
  await using server = await scriptedServer([states('QUEUED', 'RUNNING'), states('RUNNING', 'SUCCEEDED')])
  const client = createClient({ url: server.url })
  const seen = await Array.fromAsync(client.watchIngestion('i', { minDelayMs: 1 }), ({ status }) => status)
  expect(seen).toEqual(['QUEUED', 'RUNNING', 'RUNNING', 'SUCCEEDED'])
})

test('all failed documents are listed, page by page', async () => {
  const page = (id: string, endCursor: string | null): Reply => {
    const pageInfo = { hasNextPage: endCursor !== null, endCursor }
    const documents = { edges: [{ node: { id } }], pageInfo }
    return json(200, { data: { node: { __typename: 'Ingestion', documents } } })
  }
  await using server = await scriptedServer([page('a', 'cursor'), page('b', null)])
  const failed = await createClient({ url: server.url }).failedDocuments('i')
  expect(failed.map(({ id }) => id)).toEqual(['a', 'b'])
  expect(JSON.parse(server.calls[1]?.body ?? '').variables.after).toBe('cursor')
})
