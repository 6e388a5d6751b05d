import { describe, expect, it } from 'vitest'
import { openFetcher } from '../../../test/testkit/web/open-fetcher.ts'
import { startSite } from '../../../test/testkit/web/site.ts'

const names = { 'files.example.org': [['127.0.0.1']], 'xn--bcher-kva.example': [['127.0.0.1']] }
const host = 'files.example.org'

describe('a request', () => {
  it('says who asks, for which host, and for what', async () => {
    await using site = await startSite((_, response) => response.end('x'))
    await using web = openFetcher([site], { names })
    await web.fetch(`${site.at(host)}/a%20b?c=d#e`)
    const [request] = site.requests
    expect(request?.url).toBe('/a%20b?c=d')
    expect(request?.method).toBe('GET')
    expect(request?.headers).toMatchObject({
      host: `${host}:${site.port}`,
      'user-agent': expect.stringMatching(/^Groundwire\/\d+\.\d+\.\d+/),
      'accept-encoding': 'gzip, br',
      accept: expect.stringContaining('application/pdf'),
    })
    expect(request?.headers).not.toHaveProperty('if-none-match')
    expect(await web.outcomes('content')).toBe(1)
  })

  it('for an international name goes out in ASCII', async () => {
    await using site = await startSite((_, response) => response.end('x'))
    await using web = openFetcher([site], { names })
    const source = await web.fetch(site.at('bücher.example'))
    expect(site.requests[0]?.headers.host).toBe(`xn--bcher-kva.example:${site.port}`)
    expect(source).toMatchObject({ url: `${site.at('xn--bcher-kva.example')}/` })
  })

  it('goes to IPv6 where the name has nothing else', async () => {
    await using site = await startSite((_, response) => response.end('six'), '::1')
    await using web = openFetcher([site], { names: { [host]: [['::1']] } })
    expect(await web.fetch(site.at(host))).toMatchObject({ bytes: Buffer.from('six') })
  })

  it('goes to the next address where one does not answer', async () => {
    await using site = await startSite((_, response) => response.end('two'), '127.0.0.2')
    await using web = openFetcher([site], {
      names: { [host]: [['127.0.0.1', '127.0.0.2']] },
      allow: (address) => address.startsWith('127.'),
    })
    expect(await web.fetch(site.at(host))).toMatchObject({ bytes: Buffer.from('two') })
  })
})

describe('validators', () => {
  const validators = { etag: '"1"', lastModified: 'Thu, 01 Jan 2026 00:00:00 GMT' }

  it('are sent, and 304 is unchanged', async () => {
    await using site = await startSite((_, response) => response.writeHead(304).end())
    await using web = openFetcher([site], { names })
    expect(await web.fetch(site.at(host), validators)).toEqual({ kind: 'unchanged' })
    expect(site.requests[0]?.headers).toMatchObject({
      'if-none-match': '"1"',
      'if-modified-since': 'Thu, 01 Jan 2026 00:00:00 GMT',
    })
    expect(await web.outcomes('unchanged')).toBe(1)
  })

  it('of another address than the one that redirects there are not sent to it', async () => {
    await using site = await startSite((request, response) => {
      if (request.url === '/latest') response.writeHead(302, { location: '/v2' }).end()
      else response.writeHead(200, { etag: '"1"' }).end('second')
    })
    await using web = openFetcher([site], { names })
    const url = `${site.at(host)}/v1`
    const source = await web.fetch(`${site.at(host)}/latest`, { ...validators, url })
    expect(source).toMatchObject({ kind: 'content', url: `${site.at(host)}/v2` })
    expect(site.requests.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, undefined])
    await web.fetch(url, { ...validators, url })
    expect(site.requests[2]?.headers['if-none-match']).toBe('"1"')
  })

  it('that are no headers are left out, and 304 to no question fails', async () => {
    await using site = await startSite((_, response) => response.writeHead(304).end())
    await using web = openFetcher([site], { names })
    const fetched = web.fetch(site.at(host), { etag: '"a"\r\nx: y', lastModified: 'x\ny' })
    await expect(fetched).rejects.toMatchObject({ failure: { code: 'FETCH_FAILED', retryable: false } })
    expect(site.requests[0]?.headers).not.toHaveProperty('if-none-match')
    expect(site.requests[0]?.headers).not.toHaveProperty('if-modified-since')
  })
})

describe('redirects', () => {
  it.each([301, 302, 303, 307, 308])('with %i are followed', async (status) => {
    await using site = await startSite((request, response) => {
      if (request.url === '/a/b') response.writeHead(status, { location: '../c.txt' }).end()
      else response.end('there')
    })
    await using web = openFetcher([site], { names })
    const source = await web.fetch(`${site.at(host)}/a/b`)
    expect(source).toMatchObject({
      bytes: Buffer.from('there'),
      url: `${site.at(host)}/c.txt`,
      name: 'c.txt',
    })
    // Each hop anew: a name may have moved meanwhile.
    expect(web.lookups).toEqual([host, host])
  })

  it('are at most five', async () => {
    await using site = await startSite((request, response) => {
      const left = Number(request.url?.slice(1))
      if (left > 0) response.writeHead(302, { location: `/${left - 1}` }).end()
      else response.end('there')
    })
    await using web = openFetcher([site], { names })
    expect(await web.fetch(`${site.at(host)}/5`)).toMatchObject({ kind: 'content' })
    expect(await web.failure(`${site.at(host)}/6`)).toEqual({
      code: 'FETCH_FAILED',
      message: 'The server redirects more than 5 times.',
      retryable: false,
    })
  })

  it('in a circle end', async () => {
    await using site = await startSite((_, response) => response.writeHead(302, { location: '/' }).end())
    await using web = openFetcher([site], { names })
    expect(await web.failure(site.at(host))).toMatchObject({ code: 'FETCH_FAILED', retryable: false })
    expect(site.requests).toHaveLength(6)
  })
})
