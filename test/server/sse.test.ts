import { createClient } from 'graphql-sse'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bootToy, type Toy } from './boot-toy.ts'

let toy: Toy
beforeEach(async () => {
  toy = await bootToy()
})
afterEach(() => toy[Symbol.asyncDispose]())

const connect = () => createClient({ url: `${toy.url}/graphql`, retryAttempts: 0 })
const stream = (query: string, signal?: AbortSignal) =>
  fetch(`${toy.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query }),
    signal: signal ?? null,
  })

test('streams to the client of graphql-sse until it is complete', async () => {
  const counts = await Array.fromAsync(connect().iterate({ query: 'subscription { count(to: 3) }' }))
  expect(counts).toEqual([1, 2, 3].map((count) => ({ data: { count } })))
})

test('answers queries, too', async () => {
  const results = await Array.fromAsync(connect().iterate({ query: '{ hello }' }))
  expect(results).toEqual([{ data: { hello: 'Hello world' } }])
})

test('a disconnect aborts the operation, then ends the generator that is blocked in await', async () => {
  const results = connect().iterate({ query: 'subscription { blocked }' })
  expect(await results.next()).toEqual({ done: false, value: { data: { blocked: 1 } } })
  await toy.seen('blocked waits')
  expect(await toy.value('groundwire_active_streams', { transport: 'sse' })).toBe(1)
  await results.return?.()
  await toy.seen('blocked ended after abort')
  await expect.poll(() => toy.value('groundwire_active_streams', { transport: 'sse' })).toBe(0)
})

test('a disconnect aborts a query that is under way', async () => {
  const leaving = new AbortController()
  const answer = stream('{ waits }', leaving.signal)
  await toy.seen('waits started')
  leaving.abort()
  await expect(answer).rejects.toThrow('aborted')
  await toy.seen('waits aborted')
  toy.release()
})

test('pings while nothing happens', async () => {
  const response = await stream('subscription { blocked }')
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  let text = ''
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    // One comes at once, the others each interval.
    if (text.split(':\n\n').length > 3) break
  }
  expect(text).toContain('data: {"data":{"blocked":1}}')
  await toy.seen('blocked ended after abort')
})

test('an error in the stream is masked and ends it', async () => {
  const results = await Array.fromAsync(connect().iterate({ query: 'subscription { breaks }' }))
  expect(results).toEqual([
    { data: { breaks: 1 } },
    { errors: [expect.objectContaining({ message: 'Something went wrong on our side.' })] },
  ])
})

test('a client that does not accept a stream is told so before anything starts', async () => {
  // Its resolver would throw NOT_FOUND.
  const query = 'subscription { refused }'
  const picture = { headers: { accept: 'image/*' } }
  const asked = await fetch(`${toy.url}/graphql?${new URLSearchParams({ query })}`, picture)
  expect([asked.status, await asked.text()]).toEqual([406, expect.stringContaining('text/event-stream')])
  for (const accept of ['text/event-stream', 'application/json, text/event-stream;q=0.5', 'text/*', '*/*']) {
    expect(await (await toy.post({ query }, { accept })).text()).toContain('NOT_FOUND')
  }
  const response = await toy.post({ query: 'subscription { count(to: 3) }' }, { accept: 'application/json' })
  expect(response.status).toBe(406)
  expect(await response.json()).toEqual({
    errors: [
      {
        message: 'A subscription over HTTP needs Accept: text/event-stream',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ],
  })
  expect(await toy.value('groundwire_active_streams', { transport: 'sse' })).toBeUndefined()
})

test('a key that has as many connections as it may is told 429 before anything starts', async () => {
  await using capped = await bootToy({ limits: { socketsPerKey: 1 }, socketKey: () => 'key' })
  const ask = (signal: AbortSignal | null = null) =>
    fetch(`${capped.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { blocked }' }),
      signal,
    })
  const leaving = new AbortController()
  expect((await ask(leaving.signal)).status).toBe(200)
  const refused = await ask()
  expect(refused.status).toBe(429)
  expect(refused.headers.get('retry-after')).toBe('5')
  expect(await refused.text()).toContain('"retryAfter":5,"code":"RATE_LIMITED"')
  expect(await capped.value('groundwire_active_streams', { transport: 'sse' })).toBe(1)
  // What is no stream is not counted.
  expect(await capped.query('{ hello }')).toMatchObject({ data: { hello: 'Hello world' } })
  leaving.abort()
  await capped.seen('blocked ended after abort')
  await expect.poll(async () => (await ask()).status).toBe(200)
})

test('a follower that does not read is dropped', async () => {
  await using slow = await bootToy({ limits: { stalledMs: 200 } })
  const response = await fetch(`${slow.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: 'subscription { flood }' }),
  })
  await slow.seen('flood ended')
  await expect(response.text()).rejects.toThrow()
})
