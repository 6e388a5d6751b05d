import { serverAudits } from 'graphql-http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bootToy, type Toy } from './boot-toy.ts'

let toy: Toy
beforeAll(async () => {
  toy = await bootToy()
})
afterAll(() => toy[Symbol.asyncDispose]())

const audits = serverAudits({ url: () => `${toy.url}/graphql` })

test('the suite has its audits', () => {
  expect(audits.length).toBeGreaterThan(50)
})

test.each(audits.map((audit) => [audit.id, audit.name, audit] as const))(
  '%s %s',
  async (_id, _name, audit) => {
    const result = await audit.fn()
    const reason = result.status === 'ok' ? 'ok' : `${result.reason}: ${await result.response.text()}`
    expect(reason).toBe('ok')
  },
)
