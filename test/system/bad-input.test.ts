import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bootApp, type TestApp } from '../testkit/app/boot-app.ts'
import { ingestReady, texts } from '../testkit/app/ingest-ready.ts'
import { chatStream, ingestionProgress } from '../testkit/app/operations.ts'
import { type Result, transports, type WireError } from '../testkit/app/session.ts'
import { answer } from '../testkit/upstream/chat.ts'
import { type FakeOpenAi, startFakeOpenAi } from '../testkit/upstream/fake-openai.ts'
import { createGate } from '../testkit/upstream/gate.ts'

let upstream: FakeOpenAi
let app: TestApp
const known: Record<string, string> = {}
beforeAll(async () => {
  upstream = await startFakeOpenAi()
  upstream.chat.otherwise(answer('The well is deep [1].'))
  app = await bootApp({ env: { LLM_BASE_URL: upstream.baseUrl, LLM_MODEL: 'fake' } })
  const { ids, ingestionId } = await ingestReady(app, 'default', texts({ a: 'The well is deep.' }))
  const run = await app.client.ask({ question: 'How deep is the well?' })
  Object.assign(known, {
    Document: ids[0],
    Ingestion: ingestionId,
    Run: run.id,
    Conversation: run.conversation.id,
  })
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await upstream.close()
})

/** One error, the caller's, that names the field; nothing of it is a failure of ours. */
function expectRefusal(
  result: Result & { status?: number },
  field: string | RegExp,
  code = 'BAD_USER_INPUT',
) {
  expect(result.status ?? 200).toBeLessThan(500)
  expect(result.errors).toHaveLength(1)
  const error = result.errors?.[0] as WireError
  expect(error.extensions.code, error.message).toBe(code)
  expect(`${error.extensions.field ?? ''} ${error.message}`).toMatch(field)
}

interface Place {
  /** What the refusal has to name. */
  readonly field: string
  readonly operation: string
  readonly variables: (text: string) => object
}

const retrieve = 'query ($input: RetrieveInput!) { retrieve(input: $input) { mode } }'
const ask = 'mutation ($input: AskQuestionInput!) { askQuestion(input: $input) { id } }'
const searching = (field: string, more: (text: string) => object): Place => ({
  field,
  operation: retrieve,
  variables: (text) => ({ input: { query: 'well', ...more(text) } }),
})
const asking = (field: string, more: (text: string) => object): Place => ({
  field,
  operation: ask,
  variables: (text) => ({ input: { question: 'How deep?', ...more(text) } }),
})
const filters: readonly [string, (text: string) => object][] = [
  ['filter.documentIds[0]', (text) => ({ filter: { documentIds: [text] } })],
  ['filter.externalIds[0]', (text) => ({ filter: { externalIds: [text] } })],
  ['filter.mimeTypes[0]', (text) => ({ filter: { mimeTypes: [text] } })],
  ['filter.metadata[0].path[0]', (text) => ({ filter: { metadata: [{ path: [text], exists: true }] } })],
  ['filter.metadata[0].equals', (text) => ({ filter: { metadata: [{ path: ['a'], equals: text }] } })],
  [
    'filter.metadata[0].equals',
    (text) => ({ filter: { metadata: [{ path: ['a'], equals: { [text]: 1 } }] } }),
  ],
  ['filter.metadata[0].in[0]', (text) => ({ filter: { metadata: [{ path: ['a'], in: [[text]] }] } })],
  ['filter.metadata[0].gte', (text) => ({ filter: { metadata: [{ path: ['a'], gte: text }] } })],
  ['filter.metadata[0].lte', (text) => ({ filter: { metadata: [{ path: ['a'], lte: text }] } })],
]
const input = (type: string, call: string): string => `mutation ($input: ${type}!) { ${call} }`

const places: readonly Place[] = [
  searching('query', (query) => ({ query: `well ${query}` })),
  searching('collection', (collection) => ({ collection })),
  ...filters.map(([field, more]) => searching(field, more)),
  asking('question', (question) => ({ question: `how ${question}` })),
  asking('collection', (collection) => ({ collection })),
  asking('requestId', (requestId) => ({ requestId })),
  asking('conversationId', (conversationId) => ({ conversationId })),
  ...filters.map(([field, more]) => asking(field, more)),
  {
    field: 'name',
    operation: input('CreateCollectionInput', 'createCollection(input: $input) { id }'),
    variables: (name) => ({ input: { name } }),
  },
  {
    field: 'description',
    operation: input('CreateCollectionInput', 'createCollection(input: $input) { id }'),
    variables: (description) => ({ input: { name: 'described', description } }),
  },
  {
    field: 'name',
    operation: input('DeleteCollectionInput', 'deleteCollection(input: $input) { deletedDocuments }'),
    variables: (name) => ({ input: { name } }),
  },
  {
    field: 'collection',
    operation: input('IngestDocumentsInput', 'ingestDocuments(input: $input) { results { outcome } }'),
    variables: (collection) => ({ input: { collection, documents: [{ source: { text: 'x' } }] } }),
  },
  {
    field: 'ingestionId',
    operation: input('RetryIngestionInput', 'retryIngestion(input: $input) { id }'),
    variables: (ingestionId) => ({ input: { ingestionId } }),
  },
  {
    field: 'ingestionId',
    operation: input('CancelIngestionInput', 'cancelIngestion(input: $input) { id }'),
    variables: (ingestionId) => ({ input: { ingestionId } }),
  },
  {
    field: 'ids[0]',
    operation: input('DeleteDocumentsInput', 'deleteDocuments(input: $input) { deletedDocumentIds }'),
    variables: (id) => ({ input: { ids: [id] } }),
  },
  {
    field: 'runId',
    operation: input('CancelRunInput', 'cancelRun(input: $input) { id }'),
    variables: (runId) => ({ input: { runId } }),
  },
  {
    field: 'conversationId',
    operation: input(
      'DeleteConversationInput',
      'deleteConversation(input: $input) { deletedConversationId }',
    ),
    variables: (conversationId) => ({ input: { conversationId } }),
  },
  ...['conversationId', 'title'].map((field) => ({
    field,
    operation: input('RenameConversationInput', 'renameConversation(input: $input) { id }'),
    variables: (text: string) => ({
      input: { conversationId: known.Conversation, title: 'a', [field]: text },
    }),
  })),
  ...['conversationId', 'upToRunId', 'title'].map((field) => ({
    field,
    operation: input('ForkConversationInput', 'forkConversation(input: $input) { id }'),
    variables: (text: string) => ({
      input: { conversationId: known.Conversation, upToRunId: known.Run, [field]: text },
    }),
  })),
  {
    field: 'after',
    operation: 'query ($text: String) { collections(after: $text) { edges { cursor } } }',
    variables: (text) => ({ text }),
  },
  {
    field: 'before',
    operation: 'query ($text: String) { conversations(before: $text) { edges { cursor } } }',
    variables: (text) => ({ text }),
  },
]
const named = (place: Place) => {
  const call = /\{ (\w+)/.exec(place.operation)?.[1]
  return `${call} ${place.field}`
}
const unstorable = { NUL: 'a\0b', 'lone surrogate': 'a\ud800b', 'lone low surrogate': '\udc00' }

describe('what PostgreSQL cannot store is refused by name', () => {
  test.each(places.map((place) => [named(place), place] as const))('%s', async (_name, place) => {
    for (const text of Object.values(unstorable)) {
      expectRefusal(
        await app.send(place.operation, place.variables(text)),
        new RegExp(place.field.replace(/[[\]]/g, '\\$&')),
      )
    }
  })

  test('node, nodes and collection find nothing, and the rest of the operation is there', async () => {
    for (const text of Object.values(unstorable)) {
      const { data, errors, status } = await app.send(
        `query ($id: ID!, $name: String!) { node(id: $id) { id } nodes(ids: [$id]) { id }
           collection(name: $name) { id } viewer { workspace { name } } }`,
        { id: text, name: text },
      )
      expect(status).toBe(200)
      expect(data).toMatchObject({ node: null, nodes: [null], collection: null })
      expect(data.viewer.workspace.name).toBe('default')
      for (const { extensions, path } of errors ?? []) {
        expect([extensions.code, path?.[0]]).toEqual(['BAD_USER_INPUT', 'collection'])
      }
    }
  })

  test.each(transports)('in chatStream and ingestionProgress over %s', async (transport) => {
    const refusalOf = async (query: string, variables: object): Promise<Result> => {
      try {
        return (await app.subscribe(transport, query, variables).next()).value
      } catch (error) {
        return { errors: Array.isArray(error) ? error : [error as WireError] }
      }
    }
    for (const text of Object.values(unstorable)) {
      const chat = (more: object) => refusalOf(chatStream, { input: more })
      expectRefusal(await chat({ ask: { question: `how ${text}` } }), /ask\.question/)
      expectRefusal(await chat({ ask: { question: 'how', requestId: text } }), /ask\.requestId/)
      expectRefusal(await chat({ ask: { question: 'how', collection: text } }), /ask\.collection/)
      expectRefusal(await chat({ ask: { question: 'how', conversationId: text } }), /ask\.conversationId/)
      expectRefusal(await chat({ resume: { runId: text } }), /resume\.runId/)
      expectRefusal(await refusalOf(ingestionProgress, { ingestionId: text }), /ingestionId/)
    }
    expectRefusal(
      await refusalOf(chatStream, { input: { ask: { question: 'x'.repeat(8_001) } } }),
      /ask\.question.*8000/,
    )
  })
})

const malformed = [
  '',
  'nonsense',
  '%00',
  '../../etc',
  Buffer.from('Run:1').toString('base64url'),
  Buffer.from(`Nothing:${randomUUID()}`).toString('base64url'),
  Buffer.from(`Workspace:${randomUUID()}`).toString('base64url'),
  Buffer.from(`Run:${randomUUID()}`).toString('base64'),
  randomUUID(),
  '9'.repeat(5_000),
  '日本語😀',
]

describe('an id that this server never gave out', () => {
  const takingIds = places.filter(
    ({ field }) => /[iI]ds?(\[0\])?$/.test(field) && !/external|request/.test(field),
  )

  test.each(takingIds.map((place) => [named(place), place] as const))('%s', async (_name, place) => {
    for (const id of malformed) {
      if (Buffer.from(id, 'base64url').toString().startsWith('Run:') && place.field === 'runId') continue
      expectRefusal(
        await app.send(place.operation, place.variables(id)),
        new RegExp(place.field.replace(/[[\]]/g, '\\$&')),
      )
    }
  })

  test.each(takingIds.map((place) => [named(place), place] as const))(
    '%s, of another type',
    async (_name, place) => {
      for (const [type, id] of Object.entries(known)) {
        if (
          place.field.toLowerCase().includes(type.toLowerCase()) ||
          (place.field === 'ids[0]' && type === 'Document')
        ) {
          continue
        }
        expectRefusal(
          await app.send(place.operation, place.variables(id)),
          new RegExp(place.field.replace(/[[\]]/g, '\\$&')),
        )
      }
    },
  )

  test('node and nodes find nothing', async () => {
    const { nodes } = await app.query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: [...malformed, known.Run],
    })
    expect(nodes).toEqual([...malformed.map(() => null), { id: known.Run }])
  })

  test('101 ids are too many', async () => {
    const ids = Array.from({ length: 101 }, () => known.Document)
    expectRefusal(await app.send('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids }), /ids.*100/)
    const filter = { documentIds: ids }
    expectRefusal(await app.send(retrieve, { input: { query: 'well', filter } }), /filter\.documentIds.*100/)
    expectRefusal(
      await app.send(
        'mutation ($ids: [ID!]!) { deleteDocuments(input: { ids: $ids }) { deletedDocumentIds } }',
        { ids },
      ),
      /ids.*100/,
    )
  })
})

describe('afterSeq', () => {
  const follow = async (runId: string | undefined, afterSeq: number): Promise<Result> => {
    try {
      const { value } = await app
        .subscribe('ws', chatStream, { input: { resume: { runId, afterSeq } } })
        .next()
      return value
    } catch (error) {
      return { errors: error as WireError[] }
    }
  }

  test('beyond the end of a run that has ended, below 0, and beyond Int', async () => {
    for (const afterSeq of [1_000, 2 ** 31 - 1, -1, 2 ** 31]) {
      expectRefusal(await follow(known.Run, afterSeq), /afterSeq/)
    }
    expect(JSON.stringify(await follow(known.Run, 1_000))).toMatch(/last seq, which is \d+/)
  })

  test('beyond the end of a run that still runs', async () => {
    const gate = createGate()
    upstream.chat.enqueue(answer('The well is deep [1].', { gates: { 2: gate } }))
    const events = app.client.chat({ question: 'How deep is the well?' })
    const { value } = await events.next()
    await gate.reached
    expectRefusal(await follow(value?.runId, 1_000), /afterSeq/)
    gate.open()
    expect((await Array.fromAsync(events)).at(-1)?.__typename).toBe('RunCompleted')
  })
})

describe('a collection that is nowhere', () => {
  test('is NOT_FOUND for what needs one, and null for who asks', async () => {
    const collection = 'nowhere'
    for (const [operation, more] of [
      [retrieve, { query: 'well' }],
      [ask, { question: 'How deep?' }],
    ] as const) {
      expectRefusal(await app.send(operation, { input: { collection, ...more } }), /nowhere/, 'NOT_FOUND')
    }
    for (const transport of transports) {
      const stream = app.subscribe(transport, chatStream, {
        input: { ask: { collection, question: 'How?' } },
      })
      const outcome = await stream.next().catch((error: unknown) => error)
      expect(JSON.stringify(outcome)).toContain('NOT_FOUND')
    }
    const { data, errors } = await app.send('{ collection(name: "nowhere") { id } viewer { scopes } }')
    expect([errors, data.collection, data.viewer.scopes.length]).toEqual([undefined, null, 3])
  })
})

describe('sizes', () => {
  test('a query or question of 8,001 characters names its limit; one of 8,000 is answered', async () => {
    const long = 'well '.repeat(1_600)
    expectRefusal(await app.send(retrieve, { input: { query: `${long}x` } }), /query.*8000/)
    expectRefusal(await app.send(ask, { input: { question: `${long}x` } }), /question.*8000/)
    expect((await app.send(retrieve, { input: { query: long } })).errors).toBeUndefined()
  })

  test('an empty or blank query or question is refused', async () => {
    for (const text of ['', ' \n\t ']) {
      expectRefusal(await app.send(retrieve, { input: { query: text } }), /query/)
      expectRefusal(await app.send(ask, { input: { question: text } }), /question/)
    }
  })

  test.each([0, 101, -1])('topK %i names its range', async (topK) => {
    expectRefusal(await app.send(retrieve, { input: { query: 'well', topK } }), /topK.*1 to 100/)
    expectRefusal(await app.send(ask, { input: { question: 'well', topK } }), /topK.*1 to 100/)
  })

  test('a query document of 2 MB names its limit', async () => {
    const result = await app.send(`{ viewer { scopes } } #${' '.repeat(2 * 1024 * 1024)}`)
    expectRefusal(result, /query/)
    expect(result.status).toBeLessThan(500)
    expect(JSON.stringify(result.errors)).toMatch(/65536|64 KiB/)
  })

  test('a body that is not UTF-8, not JSON or not an operation', async () => {
    const bytes = Buffer.from('{"query":"{ __typename }","variables":{"x":"caf?"}}')
    bytes[bytes.indexOf('?')] = 0xe9
    expectRefusal(await app.post(new Uint8Array(bytes)), /UTF-8/)
    expectRefusal(await app.post('{"query": '), /JSON/)
    expectRefusal(await app.post('[]'), /body/)
    expectRefusal(await app.post('{"query": 7}'), /query/)
  })

  test('a filter with values nested 50 deep, or 17 KiB of them', async () => {
    const deep = JSON.parse(`${'{"a":'.repeat(50)}1${'}'.repeat(50)}`)
    const metadata = (equals: unknown) => ({ query: 'well', filter: { metadata: [{ path: ['a'], equals }] } })
    expectRefusal(await app.send(retrieve, { input: metadata(deep) }), /filter\.metadata\[0\]\.equals.*8/)
    expectRefusal(
      await app.send(retrieve, { input: metadata('x'.repeat(17 * 1024)) }),
      /filter\.metadata\[0\]\.equals.*16384/,
    )
  })
})

test('of two fields, one bad, the other is answered', async () => {
  const { data, errors, status } = await app.send(
    `{ bad: collection(name: "NOT A NAME") { id } good: collection(name: "default") { stats { documents } } }`,
  )
  expect(status).toBe(200)
  expect(data).toEqual({ bad: null, good: { stats: { documents: 1 } } })
  expect((errors ?? []).every(({ extensions }) => extensions.code === 'BAD_USER_INPUT')).toBe(true)

  // Mutations run one after the other: what a bad one leaves is what the good one did.
  const { errors: refused } = await app.send(
    'mutation { good: createCollection(input: { name: "kept" }) { id } bad: createCollection(input: { name: "NO" }) { id } }',
  )
  expect(refused?.map(({ path }) => path)).toEqual([['bad']])
  expect((await app.query('{ collection(name: "kept") { name } }')).collection).toEqual({ name: 'kept' })
})
