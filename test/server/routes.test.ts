import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { parse } from 'graphql'
import { expect, test } from 'vitest'
import WebSocket from 'ws'
import { graphiqlExamples } from '../../src/server/graphiql-examples.ts'
import { bootToy } from './boot-toy.ts'

test('before the app is ready, it lives, says what is missing, and takes no operations', async () => {
  const checks = { database: false }
  await using toy = await bootToy({ readiness: () => ({ ready: checks.database, checks }) })
  expect((await fetch(`${toy.url}/health/live`)).status).toBe(200)
  const ready = await fetch(`${toy.url}/health/ready`)
  expect([ready.status, await ready.json()]).toEqual([503, { ready: false, checks: { database: false } }])
  const refused = await toy.post({ query: '{ hello }' })
  expect([refused.status, await refused.json()]).toEqual([
    503,
    { errors: [{ message: 'The server is starting.', extensions: { code: 'UNAVAILABLE' } }] },
  ])
  const [failure] = await once(new WebSocket(`${toy.url}/graphql`, 'graphql-transport-ws'), 'error')
  expect(String(failure)).toContain('503')

  checks.database = true
  expect(await toy.query('{ hello }')).toEqual({ data: { hello: 'Hello world' } })
  checks.database = false
  expect((await fetch(`${toy.url}/health/ready`)).status).toBe(503)
  expect(await toy.query('{ hello }')).toEqual({ data: { hello: 'Hello world' } })
})

test('metrics, pages and unknown paths', async () => {
  await using toy = await bootToy({ pages: { '/': { contentType: 'text/html', body: '<p>Chat</p>' } } })
  const metrics = await fetch(`${toy.url}/metrics`)
  expect(metrics.headers.get('content-type')).toContain('text/plain')
  expect(await metrics.text()).toContain('groundwire_active_streams')
  const page = await fetch(toy.url)
  expect(await page.text()).toBe('<p>Chat</p>')
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
  const unknown = await fetch(`${toy.url}/nothing`)
  expect([unknown.status, await unknown.json()]).toEqual([404, { error: 'not found' }])
  expect((await fetch(`${toy.url}/health/live`, { method: 'POST' })).status).toBe(405)
})

test('GraphiQL comes in one page that loads nothing from elsewhere', async () => {
  await using toy = await bootToy()
  const response = await fetch(`${toy.url}/graphql`, { headers: { accept: 'text/html' } })
  const html = await response.text()
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  const head = html.slice(0, html.indexOf('<style>'))
  expect([...head.matchAll(/(?:src|href)="([^"]{0,11})/g)].map((match) => match[1])).toEqual(['data:image/'])
  const style = html.slice(html.indexOf('<style>'), html.indexOf('</style>'))
  expect(style).not.toContain('@import')
  expect([...style.matchAll(/url\(["']?(?!data:)/g)]).toEqual([])
  // Whatever the script might want: the browser is told to load from nowhere but this origin.
  const policy = response.headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).toMatch(/script-src 'sha256-[\w+/=]{44}' blob:;/)
  expect(policy).toContain("connect-src 'self'")
  expect(policy).not.toContain('http')
  expect(html).toContain('"subscriptionsProtocol":"WS"')
  for (const { query } of graphiqlExamples) expect(html).toContain(JSON.stringify(query).slice(1, -1))
})

test('the examples are GraphQL', () => {
  for (const { query, variables } of graphiqlExamples) {
    expect(() => parse(query)).not.toThrow()
    expect(JSON.parse(variables)).toBeTypeOf('object')
  }
})

/** fetch does not let go of Host and Origin. */
const statusWith = (url: string, headers: Record<string, string>) =>
  new Promise<number | undefined>((resolve, reject) => {
    const body = '{"query":"{ hello }"}'
    const request = httpRequest(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': body.length, ...headers },
    })
    request.on('response', (response) => resolve(response.resume().statusCode))
    request.on('error', reject)
    request.end(body)
  })

const foreign: [Record<string, string>][] = [
  [{ origin: 'https://evil.example' }],
  [{ origin: 'null' }],
  [{ origin: 'http://127.0.0.1.evil.example' }],
  [{ host: 'rebound.example:4000' }],
  [{ host: 'localhost.evil.example' }],
  // A GET of a page of another site has no Origin.
  [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
]

test.each(foreign)('without keys, %j is refused over HTTP and WebSocket', async (headers) => {
  await using toy = await bootToy()
  expect(await statusWith(toy.url, headers)).toBe(403)
  const socket = new WebSocket(`${toy.url}/graphql`, 'graphql-transport-ws', { headers })
  const [failure] = await once(socket, 'error')
  expect(String(failure)).toContain('403')
  await using keyed = await bootToy({ allowedHosts: 'any' })
  expect(await statusWith(keyed.url, headers)).toBe(200)
})

const local: [Record<string, string>][] = [
  [{ origin: 'http://localhost:3000' }],
  [{ host: '[::1]:4000' }],
  [{ host: 'localhost' }],
  [{ 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }],
  // A page of localhost calls 127.0.0.1, and a person follows a link.
  [{ 'sec-fetch-site': 'cross-site', origin: 'http://localhost:3000' }],
  [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
]

test.each(local)('without keys, %j is this machine', async (headers) => {
  await using toy = await bootToy()
  expect(await statusWith(toy.url, headers)).toBe(200)
})

test('a stranger is refused before the body is read', async () => {
  await using toy = await bootToy({ keys: ['gw_good'] })
  const response = await toy.post('not even JSON')
  expect(response.status).toBe(401)
  expect(await response.json()).toEqual({
    errors: [{ message: 'A valid key is needed', extensions: { code: 'UNAUTHENTICATED' } }],
  })
  const known = await toy.post({ query: '{ whoami }' }, { authorization: 'Bearer gw_good' })
  expect(await known.json()).toEqual({ data: { whoami: 'gw_good' } })
})
