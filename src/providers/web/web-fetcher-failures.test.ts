import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { openFetcher } from '../../../test/testkit/web/open-fetcher.ts'
import { raw, startRawSite, startSite } from '../../../test/testkit/web/site.ts'

const names = { 'files.example.org': [['127.0.0.1']] }
const host = 'files.example.org'
const passing = { code: 'FETCH_FAILED', retryable: true }
const final = { code: 'FETCH_FAILED', retryable: false }

async function failWith(respond: Parameters<typeof startSite>[0]) {
  await using site = await startSite(respond)
  await using web = openFetcher([site], { names })
  return await web.failure(site.at(host))
}

async function failRaw(answer: readonly string[]) {
  await using site = await startRawSite(raw(...answer))
  await using web = openFetcher([site], { names })
  return await web.failure(site.at(host))
}

describe('broken', () => {
  it('by a reset in the middle can be tried again', async () => {
    await using site = await startRawSite((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf', () => socket.resetAndDestroy())
      })
    })
    await using web = openFetcher([site], { names })
    expect(await web.failure(site.at(host))).toMatchObject(passing)
  })

  it.each([
    ['before the answer', ['']],
    ['in the header', ['HTTP/1.1 200 OK', 'content-le']],
    ['before content-length', ['HTTP/1.1 200 OK', 'content-length: 100', '', 'half']],
    ['within a chunk', ['HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', 'ff', 'half']],
    ['before the last chunk', ['HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', '4', 'half', '']],
  ])('%s can be tried again', async (_, answer) => {
    expect(await failRaw(answer)).toMatchObject(passing)
  })

  it('compressed data that ends too soon can be tried again', async () => {
    const half = gzipSync('some words of some length').subarray(0, 20)
    const failure = await failWith((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(half),
    )
    expect(failure).toMatchObject(passing)
  })

  it.each(['gzip', 'br', 'deflate', 'zstd'])('by what is no %s fails for good', async (encoding) => {
    const failure = await failWith((_, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end('no such thing at all'),
    )
    expect(failure).toMatchObject({ ...final, message: expect.stringContaining('compressed') })
  })

  it('by what is no HTTP fails for good', async () => {
    expect(await failRaw(['SSH-2.0-OpenSSH_9.9', ''])).toMatchObject(final)
  })

  it('content beyond content-length is not read', async () => {
    await using site = await startRawSite(raw('HTTP/1.1 200 OK', 'content-length: 4', '', 'half and more'))
    await using web = openFetcher([site], { names })
    expect(await web.fetch(site.at(host))).toMatchObject({ bytes: Buffer.from('half') })
  })

  it('where nobody listens can be tried again, and does not say where', async () => {
    const site = await startSite(() => {})
    await site[Symbol.asyncDispose]()
    await using web = openFetcher([site], { names })
    const failure = await web.failure(site.at(host))
    expect(failure).toEqual({ ...passing, message: 'The server cannot be reached.' })
  })
})

describe('status', () => {
  it.each([
    [404, {}, final],
    [401, {}, final],
    [204, {}, final],
    [206, {}, final],
    [301, {}, final],
    [429, { 'retry-after': '1' }, passing],
    [500, {}, passing],
    [503, {}, passing],
  ])('%i', async (status, headers, expected) => {
    const failure = await failWith((_, response) => response.writeHead(status, headers).end('words'))
    expect(failure).toEqual({ ...expected, message: `The server answered with status ${status}.` })
  })
})

describe('an abort', () => {
  it("of the caller ends the request, with the caller's reason", async () => {
    const arrived = Promise.withResolvers<void>()
    const left = Promise.withResolvers<void>()
    await using site = await startSite((_, response) => {
      arrived.resolve()
      response.on('close', left.resolve)
    })
    await using web = openFetcher([site], { names })
    const caller = new AbortController()
    const fetched = web.fetch(site.at(host), undefined, caller.signal)
    await arrived.promise
    const reason = new Error('enough')
    caller.abort(reason)
    await expect(fetched).rejects.toBe(reason)
    await left.promise
    expect(await web.outcomes('aborted')).toBe(1)
  })

  it('comes with closing the fetcher', async () => {
    const arrived = Promise.withResolvers<void>()
    await using site = await startSite((_, response) => {
      response.write('half')
      arrived.resolve()
    })
    const web = openFetcher([site], { names })
    const fetched = web.fetch(site.at(host))
    fetched.catch(() => {})
    await arrived.promise
    await web[Symbol.asyncDispose]()
    await expect(fetched).rejects.toMatchObject({ name: 'AbortError' })
  })
})
