import { afterEach, beforeEach, expect, test } from 'vitest'
import { httpError, json } from '../../../test/testkit/upstream/failures.ts'
import { type FakeOpenAi, startFakeOpenAi } from '../../../test/testkit/upstream/fake-openai.ts'
import { createModelContexts, type ModelContexts } from './model-contexts.ts'

let server: FakeOpenAi
let other: FakeOpenAi
let contexts: ModelContexts
beforeEach(async () => {
  server = await startFakeOpenAi()
  other = await startFakeOpenAi()
})
afterEach(async () => {
  await contexts[Symbol.asyncDispose]()
  await server.close()
  await other.close()
})

const list = (...data: unknown[]) => json({ object: 'list', data })
const open = (freshMs?: number) => {
  const baseUrls = [server.baseUrl, other.baseUrl]
  contexts = createModelContexts({ baseUrls, apiKey: 'secret', ...(freshMs !== undefined && { freshMs }) })
}
const asked = (fake: FakeOpenAi) => fake.requests.filter(({ path }) => path === '/v1/models')

test('a context is unknown until the servers have said it, and nobody waits for that', async () => {
  server.models.otherwise(list({ id: 'm', max_model_len: 8_192 }, { id: 'n', max_model_len: 4_096 }))
  other.models.otherwise(list({ id: 'm', max_model_len: 6_000 }))
  open()
  expect(asked(server)).toHaveLength(0)
  expect(contexts.of('m')).toBeNull()
  await contexts.idle()
  expect([contexts.of('m'), contexts.of('n'), contexts.of('x')]).toEqual([6_000, 4_096, null])
  expect(asked(server)).toHaveLength(1)
  expect(asked(server)[0]?.headers.authorization).toBe('Bearer secret')
})

test.each([
  ['no list', httpError(404)],
  ['no JSON', json('max_model_len')],
  ['another shape', json({ data: { m: 1 } })],
  [
    'numbers that are none',
    list({ id: 'm', max_model_len: '8192' }, { id: 'm', max_model_len: -1 }, null, 7),
  ],
  ['OpenAI, which has no such field', list({ id: 'm', object: 'model' })],
])('of %s nothing is known', async (_name, behaviour) => {
  server.models.otherwise(behaviour)
  other.models.otherwise(behaviour)
  open()
  contexts.of('m')
  await contexts.idle()
  expect(contexts.of('m')).toBeNull()
})

test('an old list is read again, and stands until then', async () => {
  server.models.otherwise(list({ id: 'm', context_length: 8_192 }))
  open(0)
  contexts.of('m')
  await contexts.idle()
  server.models.otherwise(list({ id: 'm', context_length: 2_048 }))
  expect(contexts.of('m')).toBe(8_192)
  await contexts.idle()
  expect(contexts.of('m')).toBe(2_048)
})
