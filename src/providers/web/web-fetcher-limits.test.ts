import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { openFetcher } from '../../../test/testkit/web/open-fetcher.ts'
import { raw, startRawSite, startSite } from '../../../test/testkit/web/site.ts'
import type { FetchLimits } from './fetch-limits.ts'

const names = { 'files.example.org': [['127.0.0.1']] }
const host = 'files.example.org'
const tooLarge = { code: 'TOO_LARGE', retryable: false }
const timeout = { code: 'TIMEOUT', retryable: true }
const final = { code: 'FETCH_FAILED', retryable: false }

type Respond = Parameters<typeof startSite>[0]

async function failWith(respond: Respond, limits: Partial<FetchLimits> = {}) {
  await using site = await startSite(respond)
  await using web = openFetcher([site], { names, limits })
  return await web.failure(site.at(host))
}

async function failRaw(answer: readonly string[], limits: Partial<FetchLimits> = {}) {
  await using site = await startRawSite(raw(...answer))
  await using web = openFetcher([site], { names, limits })
  return await web.failure(site.at(host))
}

describe('too much', () => {
  it('are 10 GB of zeros, gzipped: cut at 64 MiB', async () => {
    const zeros = Buffer.alloc(1_000_000)
    let made = 0
    const served = Promise.withResolvers<void>()
    const failure = await failWith(async (_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' })
      const source = Readable.from(
        (function* () {
          for (; made < 10_000; made += 1) yield zeros
        })(),
      )
      await pipeline(source, createGzip({ level: 1 }), response).catch(() => {})
      served.resolve()
    })
    expect(failure).toEqual({ ...tooLarge, message: 'The content is larger than 64 MiB.' })
    await served.promise
    expect(made).toBeLessThan(5_000)
  })

  it('is content that announces its size: not read at all', async () => {
    const failure = await failWith((_, response) =>
      response.writeHead(200, { 'content-length': 70_000_000 }).flushHeaders(),
    )
    expect(failure).toMatchObject(tooLarge)
  })

  it('is content that does not end', async () => {
    const failure = await failWith(
      (_, response) => {
        const send = () => {
          if (!response.destroyed) response.write(Buffer.alloc(1_000), send)
        }
        send()
      },
      { maxBytes: 50_000 },
    )
    expect(failure).toMatchObject(tooLarge)
  })

  it('is a byte more than the limit, and the limit is not', async () => {
    await using site = await startSite((request, response) =>
      response.end(Buffer.alloc(Number(request.url?.slice(1)))),
    )
    await using web = openFetcher([site], { names, limits: { maxBytes: 1_000 } })
    expect(await web.fetch(`${site.at(host)}/1000`)).toMatchObject({ bytes: Buffer.alloc(1_000) })
    expect(await web.failure(`${site.at(host)}/1001`)).toMatchObject(tooLarge)
  })

  it('is compressed nothing: empty members of gzip without end', async () => {
    const empty = Buffer.concat(Array.from({ length: 100 }, () => gzipSync('')))
    const failure = await failWith(
      (_, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' })
        const send = () => {
          if (!response.destroyed) response.write(empty, send)
        }
        send()
      },
      { maxBytes: 100_000 },
    )
    expect(failure).toMatchObject(tooLarge)
  })

  it('is gzip in gzip, which is not decoded twice', async () => {
    const bomb = gzipSync(gzipSync(Buffer.alloc(10_000_000)))
    await using site = await startSite((request, response) =>
      response
        .writeHead(200, { 'content-encoding': request.url === '/two' ? 'gzip, gzip' : 'gzip' })
        .end(bomb),
    )
    await using web = openFetcher([site], { names, limits: { maxBytes: 100_000 } })
    expect(await web.failure(`${site.at(host)}/two`)).toMatchObject(final)
    const source = await web.fetch(`${site.at(host)}/one`)
    expect(source.kind === 'content' && source.bytes.length).toBeLessThan(100_000)
  })

  it.each([
    ['one header', ['HTTP/1.1 200 OK', `x: ${'y'.repeat(50_000)}`, '', '']],
    ['many headers', ['HTTP/1.1 200 OK', ...Array.from({ length: 5_000 }, (_, i) => `x${i}: yyyy`), '', '']],
  ])('is %s', async (_, answer) => {
    expect(await failRaw(answer)).toEqual({ ...final, message: 'The header of the answer is too large.' })
  })

  it('are headers without end', async () => {
    await using site = await startRawSite((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n')
      const send = () => {
        if (!socket.destroyed) socket.write('x: y\r\n'.repeat(100), send)
      }
      send()
    })
    await using web = openFetcher([site], { names })
    expect(await web.failure(site.at(host))).toMatchObject(final)
  })
})

describe('too slow', () => {
  const limits = { totalMs: 100 }

  it('is a server that takes the request and says nothing', async () => {
    expect(await failWith(() => {}, limits)).toMatchObject(timeout)
  })

  it('is a body that stalls', async () => {
    expect(await failWith((_, response) => void response.write('x'), limits)).toMatchObject(timeout)
  })

  it('is a body that drips, though something always comes', async () => {
    const failure = await failWith((_, response) => {
      const timer = setInterval(() => response.write('x'), 5)
      response.on('close', () => clearInterval(timer))
    }, limits)
    expect(failure).toMatchObject(timeout)
  })

  it('is a handshake that stalls', async () => {
    await using site = await startRawSite(() => {}, 'https')
    await using web = openFetcher([site], { names, limits: { connectMs: 50 } })
    expect(await web.failure(site.at(host))).toMatchObject(timeout)
  })

  it('is a name that is not resolved', async () => {
    await using web = openFetcher([], {
      limits: { connectMs: 50 },
      resolve: (_, signal) =>
        once(signal, 'abort')
          .then(() => signal.throwIfAborted())
          .then(() => []),
    })
    expect(await web.failure('http://example.org/')).toMatchObject(timeout)
    expect(await web.outcomes('timeout')).toBe(1)
  })

  it('are redirects that together take too long', async () => {
    await using site = await startSite((_, response) => {
      setTimeout(() => response.writeHead(302, { location: '/' }).end(), 60)
    })
    await using web = openFetcher([site], { names, limits })
    expect(await web.failure(site.at(host))).toMatchObject(timeout)
  })
})
