import { once } from 'node:events'
import { expect, test } from 'vitest'
import { createClient } from './client.ts'
import { GroundwireError } from './errors.ts'
import { complete, cutAfter, events, openStream, runLog, wholeRun } from './testing/run-log.ts'
import { failure, json, plain, type Reply, scriptedServer, variablesOf } from './testing/scripted-server.ts'

const question = { question: 'How does a stream survive a disconnect?' }
const quick = { minDelayMs: 1, maxDelayMs: 5 }
const log = runLog(20)

test('an error that would come again is thrown at once', async () => {
  await using server = await scriptedServer([json(200, failure('BAD_USER_INPUT', { field: 'question' }))])
  const stream = createClient({ url: server.url }).chat(question, quick)
  await expect(stream.next()).rejects.toMatchObject({
    name: 'GroundwireError',
    code: 'BAD_USER_INPUT',
    retryable: false,
    details: { field: 'question' },
  })
  expect(server.calls).toHaveLength(1)
})

test('an error inside the stream ends it, or is retried where it says so', async () => {
  const error = (code: string, extensions = {}): Reply => {
    return ({ response }) => {
      openStream(response)
      response.end(`event: next\ndata: ${JSON.stringify(failure(code, extensions))}\n\n${complete}`)
    }
  }
  await using passing = await scriptedServer([error('SLOW', { retryable: true }), wholeRun(log)])
  expect(await Array.fromAsync(createClient({ url: passing.url }).chat(question, quick))).toEqual(log)
  await using lasting = await scriptedServer([error('FORBIDDEN')])
  const refused = createClient({ url: lasting.url }).chat(question, quick)
  await expect(refused.next()).rejects.toMatchObject({ code: 'FORBIDDEN' })
})

test('a server that is full is asked again after the time that it named, however it says it', async () => {
  const full = failure('UNAVAILABLE', { retryAfter: 0.25 })
  const proxy: Reply = ({ response }) => response.writeHead(503, { 'retry-after': '0.25' }).end('busy')
  const inside: Reply = ({ response }) => {
    openStream(response)
    response.end(`event: next\ndata: ${JSON.stringify(full)}\n\n${complete}`)
  }
  await using server = await scriptedServer([
    json(429, full),
    inside,
    proxy,
    plain(503, 'away'),
    wholeRun(log),
  ])
  const waits: number[] = []
  const onRetry = (_error: GroundwireError, _attempt: number, waitMs: number) => void waits.push(waitMs)
  const stream = createClient({ url: server.url }).chat(question, { ...quick, onRetry })
  expect(await Array.fromAsync(stream)).toEqual(log)
  expect(waits.map((ms) => ms >= 250)).toEqual([true, true, true, false])
  expect(Math.max(...waits)).toBeLessThanOrEqual(250 + quick.maxDelayMs)
  // Whatever it was told, the question is the same one: it can start one run only.
  expect(new Set(server.calls.map((call) => variablesOf(call).input.ask?.requestId)).size).toBe(1)
})

test('it waits no longer for a server that is full than it would go on trying', async () => {
  await using server = await scriptedServer([json(429, failure('UNAVAILABLE', { retryAfter: 3600 }))])
  const options = { ...quick, giveUpAfterMs: 50 }
  const failed = await Array.fromAsync(createClient({ url: server.url }).chat(question, options)).catch(
    (e) => e,
  )
  expect(failed).toMatchObject({ code: 'UNREACHABLE', cause: { code: 'UNAVAILABLE' } })
  expect(server.calls.length).toBeGreaterThan(1)
})

test('it gives up after a time without progress, and says why', async () => {
  await using server = await scriptedServer([plain(502, 'bad gateway')])
  const client = createClient({ url: server.url })
  const failed = await Array.fromAsync(client.chat(question, { ...quick, giveUpAfterMs: 50 })).catch((e) => e)
  expect(failed).toBeInstanceOf(GroundwireError)
  expect(failed).toMatchObject({ code: 'UNREACHABLE', cause: { code: 'HTTP_502' } })
  expect(server.calls.length).toBeGreaterThan(1)
})

test('return() closes the connection at once, though next() is pending', async () => {
  await using server = await scriptedServer([events(log.slice(0, 1))])
  const stream = createClient({ url: server.url }).chat(question, quick)
  await stream.next()
  const pending = stream.next()
  const closed = once(server.calls[0]?.response as NodeJS.EventEmitter, 'close')
  await stream.return?.()
  await expect(pending).resolves.toEqual({ done: true, value: undefined })
  await closed
  await expect(stream.next()).resolves.toMatchObject({ done: true })
  expect(server.calls).toHaveLength(1)
})

test('leaving the loop closes the connection', async () => {
  await using server = await scriptedServer([events(log.slice(0, 3))])
  for await (const _ of createClient({ url: server.url }).chat(question, quick)) break
  const response = server.calls[0]?.response
  if (!response?.closed) await once(response as NodeJS.EventEmitter, 'close')
})

test('an abort rejects with its reason and closes the connection, even while it waits to retry', async () => {
  await using server = await scriptedServer([events(log.slice(0, 1))])
  const stop = new AbortController()
  const stream = createClient({ url: server.url }).chat(question, { ...quick, signal: stop.signal })
  await stream.next()
  const pending = stream.next()
  const closed = once(server.calls[0]?.response as NodeJS.EventEmitter, 'close')
  const reason = new Error('the page was left')
  stop.abort(reason)
  await expect(pending).rejects.toBe(reason)
  await closed

  const waiting = new AbortController()
  const retried = createClient({ url: 'http://127.0.0.1:1/graphql' }).chat(question, {
    minDelayMs: 60_000_000,
    maxDelayMs: 60_000_000,
    signal: waiting.signal,
    onRetry: () => queueMicrotask(() => waiting.abort(reason)),
  })
  await expect(retried.next()).rejects.toBe(reason)
})

test('a run that was started before is followed from where the caller left off', async () => {
  await using server = await scriptedServer([cutAfter(log, 300), wholeRun(log)])
  const stream = createClient({ url: server.url }).resume({ runId: 'run-1', afterSeq: 7 }, quick)
  expect(await Array.fromAsync(stream)).toEqual(log.slice(7))
  expect(variablesOf(server.calls[0] as never).input.resume).toEqual({ runId: 'run-1', afterSeq: 7 })
})

test('a connection that is left for its gap is closed, too', async () => {
  const gap: Reply = events([...log.slice(0, 3), ...log.slice(4)])
  await using server = await scriptedServer([gap, wholeRun(log)])
  await Array.fromAsync(createClient({ url: server.url }).chat(question, quick))
  const response = server.calls[0]?.response
  if (!response?.closed) await once(response as NodeJS.EventEmitter, 'close')
})
