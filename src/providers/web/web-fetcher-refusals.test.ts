import { afterEach, describe, expect, it, vi } from 'vitest'
import { startNameServer } from '../../../test/testkit/web/name-server.ts'
import { openFetcher } from '../../../test/testkit/web/open-fetcher.ts'
import { startSite } from '../../../test/testkit/web/site.ts'
import { createResolveHost } from './resolve-host.ts'

const names = { 'files.example.org': [['127.0.0.1']], localhost: [['127.0.0.1', '::1']] }
const host = 'files.example.org'
const notPublic = { code: 'FETCH_FAILED', message: 'The address is not public.', retryable: false }

afterEach(() => void vi.unstubAllEnvs())

/** PORT stands for the port of a server that is there, so that only the check keeps a request from it. */
const inside = [
  'http://127.0.0.1:PORT/',
  'http://[::1]:PORT/',
  'http://[::ffff:127.0.0.1]:PORT/',
  'http://[::ffff:10.0.0.1]/',
  'http://10.0.0.1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://[fd00:ec2::254]/latest/meta-data/',
  'http://0.0.0.0:PORT/',
  'http://[::]:PORT/',
  'http://2130706433:PORT/',
  'http://0x7f000001:PORT/',
  'http://0177.0.0.1:PORT/',
  'http://127.1:PORT/',
  'http://127.0.0.1.:PORT/',
  'http://①②⑦.0.0.1:PORT/',
  'http://localhost:PORT/',
  'http://LOCALHOST:PORT/',
  'https://127.0.0.1:PORT/',
]

describe('is refused without a connection', () => {
  it.each(inside)('%s', async (template) => {
    await using site = await startSite((_, response) => response.end('secret'))
    await using web = openFetcher([], { names })
    expect(await web.failure(template.replace('PORT', String(site.port)))).toEqual(notPublic)
    expect(site.connections).toBe(0)
    expect(await web.outcomes('not_public')).toBe(1)
  })

  it.each(inside)('a redirect to %s', async (template) => {
    await using secret = await startSite((_, response) => response.end('secret'))
    const url = template.replace('PORT', String(secret.port))
    // Headers hold bytes, and servers write UTF-8.
    const location = Buffer.from(url).toString('latin1')
    await using site = await startSite((_, response) => response.writeHead(302, { location }).end())
    await using web = openFetcher([site], { names })
    expect(await web.failure(site.at(host))).toEqual(notPublic)
    expect(secret.connections).toBe(0)
    expect(site.requests).toHaveLength(1)
  })

  it.each(['file:///etc/passwd', 'ftp://example.org/x', 'data:text/plain,x', 'gopher://example.org/', 'x:y'])(
    '%s, and a redirect to it',
    async (url) => {
      const failure = {
        code: 'FETCH_FAILED',
        retryable: false,
        message: 'Only http and https addresses are fetched.',
      }
      await using site = await startSite((_, response) => response.writeHead(302, { location: url }).end())
      await using web = openFetcher([site], { names })
      expect(await web.failure(url)).toEqual(failure)
      expect(await web.failure(site.at(host))).toEqual(failure)
    },
  )

  it.each([
    ['no URL', '', 'The URL is not valid.'],
    ['a path', '/etc/passwd', 'The URL is not valid.'],
    ['a host that is none', 'http://a b/', 'The URL is not valid.'],
    ['credentials', 'http://me:secret@example.org/', 'The URL must hold no user name or password.'],
    ['a user name', 'http://me@example.org/', 'The URL must hold no user name or password.'],
    ['a mail port', 'http://example.org:25/', 'The port is not one of the web.'],
    ['port 0', 'http://example.org:0/', 'The port is not one of the web.'],
    ['a long URL', `http://example.org/${'x'.repeat(2_048)}`, 'The URL is longer than 2,048 characters.'],
    ['a URL that grows', `http://example.org/${'€'.repeat(300)}`, 'The URL is longer than 2,048 characters.'],
  ])('%s', async (_, url, message) => {
    await using web = openFetcher([])
    expect(await web.failure(url)).toEqual({ code: 'FETCH_FAILED', message, retryable: false })
    expect(web.lookups).toEqual([])
  })
})

describe('a name', () => {
  it('is refused where one of its addresses is private', async () => {
    await using site = await startSite((_, response) => response.end('x'))
    await using web = openFetcher([site], { names: { [host]: [['127.0.0.1', '10.0.0.1']] } })
    expect(await web.failure(site.at(host))).toEqual(notPublic)
    expect(site.connections).toBe(0)
  })

  it('is resolved once a hop, and the connection goes to the address that was checked', async () => {
    await using site = await startSite((_, response) => response.end('checked'))
    await using web = openFetcher([site], { names: { [host]: [['127.0.0.1'], ['10.0.0.1']] } })
    expect(await web.fetch(site.at(host))).toMatchObject({ bytes: Buffer.from('checked') })
    expect(web.lookups).toEqual([host])
    expect(site.requests[0]?.socket.localAddress).toBe('127.0.0.1')
    // The next fetch asks again, and meets the private address.
    expect(await web.failure(site.at(host))).toEqual(notPublic)
  })

  it('that a name server answers otherwise the second time is refused at the redirect', async () => {
    let answers = 0
    await using server = await startNameServer((question) => {
      if (!question.startsWith('A ')) return []
      answers += 1
      return answers === 1 ? ['127.0.0.1'] : ['10.0.0.1']
    })
    await using site = await startSite((_, response) => response.writeHead(302, { location: '/next' }).end())
    await using web = openFetcher([site], { resolve: createResolveHost([server.address]) })
    expect(await web.failure(site.at(host))).toEqual(notPublic)
    expect(site.requests).toHaveLength(1)
    expect(answers).toBe(2)
  })

  it('without an address does not exist', async () => {
    await using web = openFetcher([], { names: { [host]: [[]] } })
    expect(await web.failure(`http://${host}/`)).toMatchObject({ code: 'FETCH_FAILED', retryable: false })
  })
})

it("the environment's proxy is not asked", async () => {
  await using proxy = await startSite((_, response) => response.end('proxy'))
  await using site = await startSite((_, response) => response.end('site'))
  for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY']) vi.stubEnv(name, proxy.at('127.0.0.1'))
  vi.stubEnv('NODE_USE_ENV_PROXY', '1')
  await using web = openFetcher([site], { names })
  expect(await web.fetch(site.at(host))).toMatchObject({ bytes: Buffer.from('site') })
  expect(proxy.connections).toBe(0)
})
