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
