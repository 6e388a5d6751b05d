import { createClient } from 'graphql-ws'
import { expect, test } from 'vitest'
import WebSocket from 'ws'
import { revokeKey } from '../../src/access/keys.ts'
import { bootApp } from '../testkit/app/boot-app.ts'
import { ingestReady, texts } from '../testkit/app/ingest-ready.ts'
import { chatStream, ingestionProgress } from '../testkit/app/operations.ts'
import type { Result, Session } from '../testkit/app/session.ts'
import { createTestDatabase, databaseKind } from '../testkit/app/test-database.ts'
import { answer } from '../testkit/upstream/chat.ts'
import { startFakeOpenAi } from '../testkit/upstream/fake-openai.ts'
import { createGate } from '../testkit/upstream/gate.ts'

const keys = {
  all: { workspace: 'shop', scopes: ['READ', 'WRITE', 'ADMIN'] },
  reader: { workspace: 'shop', scopes: ['READ'] },
  writer: { workspace: 'shop', scopes: ['WRITE'] },
} as const

const viewer = '{ viewer { workspace { name } scopes } }'
const codeOf = (result: Result) => result.errors?.[0]?.extensions.code

/** The first result over a WebSocket, or the code that the connection was closed with. */
async function overSocket(session: Session, query: string, variables: object = {}): Promise<unknown> {
  try {
    for await (const result of session.subscribe('ws', query, variables)) return result
    return 'completed'
  } catch (error) {
    if (Array.isArray(error)) return { errors: error }
    return (error as { code?: number }).code ?? error
  }
}

test('a key opens HTTP, SSE and WebSocket; none, a wrong or a malformed one opens nothing', async () => {
  await using app = await bootApp({ keys })
  const session = app.session('all')
  const expected = { viewer: { workspace: { name: 'shop' }, scopes: ['READ', 'WRITE', 'ADMIN'] } }
  expect(await session.query(viewer)).toEqual(expected)
  expect(await overSocket(session, viewer)).toMatchObject({ data: expected })
  expect(await Array.fromAsync(session.subscribe('sse', viewer))).toMatchObject([{ data: expected }])

  const right = app.key('all')
  const wrong = right.slice(0, -1) + (right.endsWith('A') ? 'B' : 'A')
  for (const key of [
    undefined,
    wrong,
    `gw_${'A'.repeat(12)}_${'B'.repeat(43)}`,
    'gw_',
    `${right} ${right}`,
    '%00',
  ]) {
    const refused = app.sessionWith(key)
    const result = await refused.send(viewer)
    expect([result.status, codeOf(result)]).toEqual([401, 'UNAUTHENTICATED'])
    expect(result.data).toBeUndefined()
    // graphql-transport-ws: 4403 refuses connection_init.
    expect(await overSocket(refused, viewer)).toBe(4403)
  }
})

test('each scope opens what it is for, over every transport', async () => {
  await using app = await bootApp({ keys })
  await ingestReady(app.session('all'), 'default', texts({ a: 'The gate opens at six.' }))
  const reads = [
    ['{ retrieve(input: { query: "gate" }) { hits { rank } } }'],
    ['mutation { askQuestion(input: { question: "When does the gate open?" }) { id } }'],
    ['{ collections { edges { cursor } } }'],
    ['{ collection(name: "default") { id } }'],
    ['{ conversations { edges { cursor } } }'],
  ] as const
  const writes = [
    ['mutation { createCollection(input: { name: "new" }) { id } }'],
    [
      'mutation { ingestDocuments(input: { documents: [{ source: { text: "x" } }] }) { results { outcome } } }',
    ],
    ['mutation { deleteCollection(input: { name: "new" }) { deletedDocuments } }'],
    ['mutation { deleteDocuments(input: { ids: [] }) { deletedDocumentIds } }'],
  ] as const
  for (const [operation] of writes) {
    const refused = await app.session('reader').send(operation)
    expect([operation, codeOf(refused)]).toEqual([operation, 'FORBIDDEN'])
    expect(await overSocket(app.session('reader'), operation)).toMatchObject({
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    })
  }
  for (const [operation] of writes) {
    expect([operation, codeOf(await app.session('writer').send(operation))]).toEqual([operation, undefined])
  }
  for (const [operation] of reads) {
    expect([operation, codeOf(await app.session('reader').send(operation))]).toEqual([operation, undefined])
    expect([operation, codeOf(await app.session('writer').send(operation))]).toEqual([operation, 'FORBIDDEN'])
  }
  const input = { ask: { question: 'When does the gate open?' } }
  for (const transport of ['sse', 'ws'] as const) {
    const events = await Array.fromAsync(app.session('reader').subscribe(transport, chatStream, { input }))
    expect(events.at(-1)?.data?.chatStream.__typename).toBe('RunCompleted')
  }
  expect(await overSocket(app.session('writer'), chatStream, { input })).toMatchObject({
    errors: [{ extensions: { code: 'FORBIDDEN' } }],
  })
})

test('a refused field leaves the others of its operation alone', async () => {
  await using app = await bootApp({ keys })
  const { data, errors, status } = await app
    .session('writer')
    .send('{ viewer { scopes } nope: conversations { edges { cursor } } __typename }')
  // `conversations` is non-null, so data goes with it; `collection` may be null, and does not take others along.
  expect([status, data, errors?.map(({ path }) => path)]).toEqual([200, null, [['nope']]])
  const nullable = await app
    .session('writer')
    .send('{ viewer { scopes } nope: collection(name: "a") { id } }')
  expect(nullable.data).toEqual({ viewer: { scopes: ['WRITE'] }, nope: null })
  expect(nullable.errors).toMatchObject([{ path: ['nope'], extensions: { code: 'FORBIDDEN' } }])
})

test('a revoked key opens nothing any more, the others still do', async () => {
  await using database = await createTestDatabase()
  const revoke = (key: string) => database.use((opened) => revokeKey(opened, key))
  await using resources = new AsyncDisposableStack()
  let app = resources.use(await bootApp({ database, keys }))
  const revoked = app.key('all')
  const reader = app.key('reader')
  expect(codeOf(await app.session('all').send(viewer))).toBeUndefined()
  if (database.kind === 'embedded') {
    // Nobody else can open the folder while it is served.
    await app.stop()
    expect(await revoke(revoked)).toBe(true)
    app = resources.use(await bootApp({ database, keys: {} }))
  } else expect(await revoke(revoked)).toBe(true)

  expect(codeOf(await app.sessionWith(revoked).send(viewer))).toBe('UNAUTHENTICATED')
  expect(await overSocket(app.sessionWith(revoked), viewer)).toBe(4403)
  expect(codeOf(await app.sessionWith(reader).send(viewer))).toBeUndefined()
})

test.skipIf(databaseKind() === 'embedded')(
  'a revoked key closes its connection at the next operation',
  async () => {
    await using upstream = await startFakeOpenAi()
    await using app = await bootApp({ keys, env: { LLM_BASE_URL: upstream.baseUrl, LLM_MODEL: 'fake' } })
    await ingestReady(app.session('all'), 'default', texts({ a: 'The gate opens at six.' }))
    const gate = createGate()
    upstream.chat.enqueue(answer('The gate opens at six [1].', { gates: { 2: gate } }))
    const client = createClient({
      url: app.url.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${app.key('all')}` },
      retryAttempts: 0,
    })
    const stream = client.iterate({
      query: chatStream,
      variables: { input: { ask: { question: 'When does the gate open?' } } },
    })
    expect((await stream.next()).value).toMatchObject({ data: { chatStream: { __typename: 'RunStarted' } } })
    await gate.reached
    await app.database.use((opened) => revokeKey(opened, app.key('all')))

    const refused = Array.fromAsync(client.iterate({ query: viewer }))
    await expect(refused).rejects.toMatchObject({ code: 4403 })
    // Its stream went with the connection, in the middle of the answer.
    await expect(Array.fromAsync(stream)).rejects.toMatchObject({ code: 4403 })
    gate.open()
  },
)

test.skipIf(databaseKind() === 'embedded')(
  'a revoked key ends its streams in the middle of an answer, and no others',
  async () => {
    await using upstream = await startFakeOpenAi()
    await using app = await bootApp({ keys, env: { LLM_BASE_URL: upstream.baseUrl, LLM_MODEL: 'fake' } })
    await ingestReady(app.session('all'), 'default', texts({ a: 'The gate opens at six.' }))
    const gate = createGate()
    upstream.chat.otherwise(answer('The gate opens at six [1].', { gates: { 2: gate } }))
    const input = { ask: { question: 'When does the gate open?', requestId: 'one' } }
    const [socket, events, kept] = [
      app.session('all').subscribe('ws', chatStream, { input }),
      app.session('all').subscribe('sse', chatStream, { input }),
      app.session('reader').subscribe('sse', chatStream, { input }),
    ]
    for (const stream of [socket, events, kept]) {
      expect((await stream.next()).value.data.chatStream.__typename).toBe('RunStarted')
    }
    await gate.reached
    const closed = Array.fromAsync(socket).then(
      () => null,
      ({ code }) => code,
    )
    const ended = Array.fromAsync(events)
    await app.database.use((opened) => revokeKey(opened, app.key('all')))
    expect(await closed).toBe(4403)
    expect((await ended).at(-1)).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
    gate.open()
    const rest = await Array.fromAsync(kept)
    expect(rest.at(-1)?.data?.chatStream.__typename).toBe('RunCompleted')
  },
)

test('a key is checked before anything is said about what it asks for', async () => {
  await using app = await bootApp({ keys })
  const unknown = { ingestionId: 'SW5nZXN0aW9uOjA' }
  const result = await app.sessionWith(undefined).send(ingestionProgress, unknown)
  expect(codeOf(result)).toBe('UNAUTHENTICATED')
  const introspection = await app.sessionWith(undefined).send('{ __schema { types { name } } }')
  expect(codeOf(introspection)).toBe('UNAUTHENTICATED')
  expect(introspection.data).toBeUndefined()
})
