import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bootToy, type Toy } from './boot-toy.ts'

let toy: Toy
beforeAll(async () => {
  toy = await bootToy()
})
afterAll(() => toy[Symbol.asyncDispose]())

const masked = {
  message: 'Something went wrong on our side.',
  extensions: { code: 'INTERNAL_SERVER_ERROR', id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
}

describe('expected errors', () => {
  test.each([
    ['missing', 'No such thing', { code: 'NOT_FOUND', id: 'x1' }],
    ['badInput', 'input.topK must be 1 to 100', { code: 'BAD_USER_INPUT', field: 'input.topK' }],
    ['upstream', 'The model does not answer', { code: 'UNAVAILABLE' }],
  ])('%s keeps its message, code and details', async (field, message, extensions) => {
    const answer = await toy.query(`{ hello ${field} }`)
    expect(answer.data).toEqual({ hello: 'Hello world', [field]: null })
    expect(answer.errors).toMatchObject([{ message, path: [field], extensions }])
    expect(Object.keys(answer.errors?.[0]?.extensions ?? {}).sort()).toEqual(Object.keys(extensions).sort())
  })
})

describe('mistakes in the request', () => {
  test.each([
    ['a syntax error', '{ hello', {}],
    ['an unknown field', '{ nothing }', {}],
    ['a variable of the wrong type', 'query Q($n: String!) { hello(name: $n) }', { n: 7 }],
    ['a variable that is missing', 'query Q($n: String!) { hello(name: $n) }', {}],
    ['a null for a variable with a default', 'query Q($n: String = "x") { hello(name: $n) }', { n: null }],
    ['several operations and no name', 'query A { hello } query B { hello }', {}],
  ])('%s is BAD_USER_INPUT', async (_name, query, variables) => {
    const { errors } = await toy.query(query, variables)
    expect(errors?.map((error) => error.extensions)).toEqual([{ code: 'BAD_USER_INPUT' }])
  })
})

describe('unexpected errors', () => {
  test('are masked, logged once with their id, and counted', async () => {
    const before = (await toy.value('groundwire_masked_errors_total', {})) ?? 0
    const { errors } = await toy.query('{ hello fails }')
    expect(errors).toMatchObject([{ ...masked, path: ['fails'] }])
    expect(JSON.stringify(errors)).not.toContain('hunter2')
    const id = errors?.[0]?.extensions.id
    expect(toy.log.filter((line) => line.id === id)).toMatchObject([
      { err: { message: 'the database password is hunter2' } },
    ])
    expect(await toy.value('groundwire_masked_errors_total', {})).toBe(before + 1)
  })

  test('that surface at several fields are one', async () => {
    const before = (await toy.value('groundwire_masked_errors_total', {})) ?? 0
    const { errors } = await toy.query('{ failsTwice }')
    expect(errors).toMatchObject([masked, masked])
    expect(errors?.[0]?.extensions.id).toBe(errors?.[1]?.extensions.id)
    expect(await toy.value('groundwire_masked_errors_total', {})).toBe(before + 1)
  })

  test('of serialisation do not quote our data', async () => {
    const { errors } = await toy.query('{ wrongNumber }')
    expect(errors).toMatchObject([masked])
    expect(JSON.stringify(errors)).not.toContain('secret')
  })
})

test('an abort is neither logged nor counted', async () => {
  const before = await toy.value('groundwire_masked_errors_total', {})
  const lines = toy.log.length
  const { errors } = await toy.query('{ aborts }')
  expect(errors?.[0]?.extensions).toEqual({ code: 'UNAVAILABLE' })
  expect(await toy.value('groundwire_masked_errors_total', {})).toBe(before)
  expect(toy.log.length).toBe(lines)
})
