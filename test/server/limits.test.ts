import { getIntrospectionQuery } from 'graphql'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { bootToy, type Toy } from './boot-toy.ts'

let toy: Toy
beforeAll(async () => {
  toy = await bootToy()
})
afterAll(() => toy[Symbol.asyncDispose]())

const nested = (depth: number) => `${'{ self '.repeat(depth - 1)}{ hello }${' }'.repeat(depth - 1)}`
const doubling = Array.from(
  { length: 10 },
  (_, i) => `fragment F${i} on Query { a: self { ...F${i + 1} } b: self { ...F${i + 1} } }`,
)

const refused: [string, string, object][] = [
  ['text', `{ hello(name: "${'x'.repeat(65 * 1024)}") }`, { code: 'BAD_USER_INPUT', limit: 65_536 }],
  ['tokens', `{ ${'hello '.repeat(2_001)}}`, { code: 'TOO_COMPLEX', limit: 2_000 }],
  ['depth', nested(16), { code: 'TOO_COMPLEX', limit: 15 }],
  [
    'aliases',
    `{ self { ${Array.from({ length: 31 }, (_, i) => `a${i}: hello`).join(' ')} } }`,
    { code: 'TOO_COMPLEX', limit: 30 },
  ],
  ['root fields', `{ ${'hello '.repeat(31)}}`, { code: 'TOO_COMPLEX', limit: 30 }],
  [
    'aliases that fragments multiply',
    `{ ...F0 } ${doubling.join(' ')} fragment F10 on Query { hello }`,
    { code: 'TOO_COMPLEX', limit: 30 },
  ],
]

describe.each(refused)('a document with too much: %s', (_name, query, extensions) => {
  test('is refused over HTTP, with 400 under application/graphql-response+json', async () => {
    const response = await toy.post({ query }, { accept: 'application/graphql-response+json' })
    expect(response.status).toBe(400)
    const { errors } = (await response.json()) as { errors: object[] }
    expect(errors).toMatchObject([{ extensions: { ...extensions, field: 'query' } }])
  })

  test('is refused over WebSocket', async () => {
    const client = createClient({ url: `${toy.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket })
    const results = client.iterate({ query })
    await expect(results.next()).rejects.toMatchObject([{ extensions: { ...extensions, field: 'query' } }])
    await client.dispose()
  })
})

test('what is just within the limits is answered', async () => {
  expect((await toy.query(nested(15))).errors).toBeUndefined()
  expect((await toy.query(`{ ${'hello '.repeat(30)}}`)).errors).toBeUndefined()
})

test('the introspection of GraphiQL is within the limits', async () => {
  const query = getIntrospectionQuery({
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    inputValueDeprecation: true,
    schemaDescription: true,
  })
  expect((await toy.query(query)).errors).toBeUndefined()
})

test('fragments that spread themselves are refused, not followed', async () => {
  const { errors } = await toy.query('{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }')
  expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
})
