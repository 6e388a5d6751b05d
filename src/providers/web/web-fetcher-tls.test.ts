import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { certificate } from '../../../test/testkit/web/certificate.ts'
import { openFetcher } from '../../../test/testkit/web/open-fetcher.ts'
import { startRawSite, startSecureSite, startSite } from '../../../test/testkit/web/site.ts'

const host = 'files.example.org'
const names = { [host]: [['127.0.0.1']], 'other.example.org': [['127.0.0.1']] }
const trusted = getCACertificates('default')
const badCertificate = {
  code: 'FETCH_FAILED',
  message: "The server's certificate is not valid.",
  retryable: false,
}

describe('a certificate that is trusted', () => {
  beforeAll(() => setDefaultCACertificates([...trusted, certificate]))
  afterAll(() => setDefaultCACertificates(trusted))

  it('is asked for by the name, at the address that was checked', async () => {
    const asked: string[] = []
    await using site = await startSecureSite((_, response) => response.end('secure'), asked)
    await using web = openFetcher([site], { names })
    expect(await web.fetch(site.at(host))).toMatchObject({ bytes: Buffer.from('secure') })
    expect(asked).toEqual([host])
    expect(site.requests[0]?.headers.host).toBe(`${host}:${site.port}`)
  })

  it('of another name is refused, before a request', async () => {
    await using site = await startSecureSite((_, response) => response.end('secure'))
    await using web = openFetcher([site], { names })
    expect(await web.failure(site.at('other.example.org'))).toEqual(badCertificate)
    expect(await web.failure(site.at('127.0.0.1'))).toEqual(badCertificate)
    expect(site.requests).toHaveLength(0)
  })

  it('is left for http by no redirect, and reached from http by one', async () => {
    await using plain = await startSite((_, response) => response.writeHead(301, { location }).end())
    await using site = await startSecureSite((request, response) => {
      if (request.url === '/down') response.writeHead(302, { location: plain.at(host) }).end()
      else response.end('up')
    })
    const location = site.at(host)
    await using web = openFetcher([plain, site], { names })
    expect(await web.fetch(plain.at(host))).toMatchObject({ bytes: Buffer.from('up'), url: `${location}/` })
    expect(await web.failure(`${location}/down`)).toEqual({
      code: 'FETCH_FAILED',
      message: 'The server redirects from https to http.',
      retryable: false,
    })
    expect(plain.requests).toHaveLength(1)
  })
})

it('a certificate that nobody has signed is refused', async () => {
  await using site = await startSecureSite((_, response) => response.end('secure'))
  await using web = openFetcher([site], { names })
  expect(await web.failure(site.at(host))).toEqual(badCertificate)
  expect(await web.outcomes('insecure')).toBe(1)
})

it('a server that speaks no TLS is refused', async () => {
  await using site = await startRawSite(
    (socket) => void socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    'https',
  )
  await using web = openFetcher([site], { names })
  expect(await web.failure(site.at(host))).toMatchObject({ code: 'FETCH_FAILED', retryable: false })
})
