import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, bootToy, type Toy } from './boot-toy.ts'

let toy: Toy
beforeAll(async () => {
  toy = await bootToy({ limits: { bodyBytes: 64 * 1024 } })
})
afterAll(() => toy[Symbol.asyncDispose]())

const firstError = async (response: Response) => {
  const { errors } = (await response.json()) as Answer
  if (!errors?.[0]) throw new Error('no error in the answer')
  return errors[0]
}

describe('queries by GET', () => {
  test('answer as the specification says', async () => {
    const search = new URLSearchParams({
      query: 'query Q($n: String!) { hello(name: $n) }',
      variables: '{"n":"you"}',
    })
    const response = await fetch(`${toy.url}/graphql?${search}`)
    expect(await response.json()).toEqual({ data: { hello: 'Hello you' } })
  })

  test('never run a mutation', async () => {
    const response = await fetch(`${toy.url}/graphql?query=${encodeURIComponent('mutation { touch }')}`)
    expect(response.status).toBe(405)
    expect((await firstError(response)).extensions).toEqual({ code: 'BAD_USER_INPUT' })
  })
})

describe('the body', () => {
  const tooLarge = {
    message: 'Request body is too large: at most 65536 bytes',
    extensions: { code: 'BAD_USER_INPUT', field: 'body', limit: 65_536 },
  }

  test('is refused by its declared length before it is sent', async () => {
    const { status, body } = await new Promise<{ status: number; body: string }>((resolve, reject) => {
      const request = httpRequest(`${toy.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': 1_000_000, expect: '100-continue' },
      })
      request.on('continue', () => reject(new Error('was told to go on')))
      request.on('response', async (response) => {
        resolve({ status: response.statusCode ?? 0, body: (await response.toArray()).join('') })
        request.destroy()
      })
      request.flushHeaders()
    })
    expect(status).toBe(413)
    expect(JSON.parse(body)).toEqual({ errors: [tooLarge] })
  })

  test('is refused while it streams without a declared length', async () => {
    const chunk = new TextEncoder().encode(' '.repeat(16 * 1024))
    let left = 40
    const body = new ReadableStream({
      pull(controller) {
        if (left-- > 0) controller.enqueue(chunk)
        else controller.close()
      },
    })
    const response = await fetch(`${toy.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      duplex: 'half',
    } as RequestInit)
    expect(response.status).toBe(413)
    expect(await response.json()).toEqual({ errors: [tooLarge] })
  })

  test('is refused where it is not UTF-8', async () => {
    const response = await fetch(`${toy.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from('{"query":"{ hello(name: \\"\xff\\") }"}', 'latin1'),
    })
    expect(response.status).toBe(400)
    expect(await firstError(response)).toEqual({
      message: 'Request body is not valid UTF-8',
      extensions: { code: 'BAD_USER_INPUT', field: 'body' },
    })
  })

  test('is refused in types that other sites may send unasked, and as a batch', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/graphql']) {
      const response = await toy.post('{ hello }', { 'content-type': type })
      expect(response.status, type).toBe(415)
      expect((await firstError(response)).extensions.code).toBe('BAD_USER_INPUT')
    }
    const batch = await toy.post([{ query: '{ hello }' }, { query: '{ hello }' }])
    expect(batch.status).toBe(400)
  })
})

test('answers are not cached, sniffed or shared with other origins', async () => {
  const { headers } = await toy.post({ query: '{ hello }' }, { origin: 'http://localhost:1' })
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('access-control-allow-origin')).toBeNull()
})
