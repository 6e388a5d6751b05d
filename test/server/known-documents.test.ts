import { afterAll, beforeAll, expect, test } from 'vitest'
import { bootToy, type Toy } from './boot-toy.ts'

let toy: Toy
beforeAll(async () => {
  toy = await bootToy({ keys: ['right'] })
})
afterAll(() => toy?.[Symbol.asyncDispose]())

const hello = 'query Mine($name: String!) { hello(name: $name) }'
const right = { authorization: 'Bearer right' }

/** An answer as the client sees it, without what differs from call to call. */
async function answerOf(body: unknown, headers: Record<string, string>) {
  const response = await toy.post(body, headers)
  const { date, ...rest } = Object.fromEntries(response.headers)
  // How the body is framed is HTTP's own; both are complete.
  const { 'content-length': _length, 'transfer-encoding': _framing, ...seen } = rest
  const text = (await response.text()).replace(/"id":"[0-9a-f-]{36}"/g, '"id":"…"')
  return { status: response.status, headers: seen, text }
}

test.each<[string, unknown, Record<string, string>]>([
  ['a query', { query: hello, variables: { name: 'é🎉' } }, right],
  ['named', { query: hello, operationName: 'Mine', variables: { name: 'x' } }, right],
  ['with extensions', { query: hello, variables: { name: 'x' }, extensions: { a: 1 } }, right],
  ['as application/json', { query: '{ hello }' }, { ...right, accept: 'application/json' }],
  ['as graphql-response', { query: '{ hello }' }, { ...right, accept: 'application/graphql-response+json' }],
  [
    'as either',
    { query: '{ hello }' },
    { ...right, accept: 'application/graphql-response+json, application/json;q=0.9' },
  ],
  ['as what nobody has', { query: '{ hello }' }, { ...right, accept: 'text/html+nothing' }],
  [
    'with several operations',
    { query: 'query A { hello } query B { __typename }', operationName: 'B' },
    right,
  ],
  ['of an operation that is not there', { query: 'query A { hello }', operationName: 'C' }, right],
  ['without saying which', { query: 'query A { hello } query B { hello }' }, right],
  ['with a variable of a wrong type', { query: hello, variables: { name: [] } }, right],
  ['without a variable', { query: hello }, right],
  [
    'as graphql-response, without a variable',
    { query: hello },
    { ...right, accept: 'application/graphql-response+json' },
  ],
  ['that fails', { query: '{ fails }' }, right],
  ['that has nothing', { query: '{ nothing }' }, right],
  ['with an unknown parameter', { query: '{ hello }', more: 1 }, right],
  ['with variables that are none', { query: '{ hello }', variables: 'x' }, right],
  ['with an invalid document', { query: '{ missing }' }, right],
  ['without a key', { query: '{ hello }' }, {}],
  ['with a wrong key', { query: '{ hello }' }, { authorization: 'Bearer wrong' }],
  ['that is no JSON', '{"query"', right],
  ['of another type', { query: '{ hello }' }, { ...right, 'content-type': 'text/plain' }],
  ['with a charset', { query: '{ hello }' }, { ...right, 'content-type': 'application/json; charset=utf-8' }],
])('a request %s is answered alike when its document is known', async (_what, body, headers) => {
  const first = await answerOf(body, headers)
  for (let again = 0; again < 2; again++) expect(await answerOf(body, headers)).toEqual(first)
})

test('operations are counted once, the first time and later', async () => {
  const labels = { operation_type: 'query', operation: 'whoami', outcome: 'ok' }
  const count = () => toy.value('groundwire_operation_duration_seconds', { ...labels, le: '+Inf' } as never)
  for (let call = 1; call <= 3; call++) {
    await toy.post({ query: 'query Counted { whoami }' }, right)
    expect(await count()).toBe(call)
  }
})

test('a key that was taken back opens no known document either', async () => {
  toy.keys.add('passing')
  const ask = () => toy.post({ query: '{ hello }' }, { authorization: 'Bearer passing' })
  expect((await ask()).status).toBe(200)
  expect((await ask()).status).toBe(200)
  toy.keys.delete('passing')
  expect((await ask()).status).toBe(401)
})
