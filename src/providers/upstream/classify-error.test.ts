import { expect, it } from 'vitest'
import { classifyError } from './classify-error.ts'
import { HttpError } from './http-error.ts'

const subject = { upstream: 'rerank', name: 'rerank server', model: 'm', variables: 'RERANK' } as const

it.each([
  [408, true, true],
  [409, true, true],
  [429, true, false],
  [500, true, true],
  [503, true, true],
  [301, false, false],
  [400, false, false],
  [403, false, false],
  [413, false, false],
  [422, false, false],
])('status %i: retryable %s, blames the address %s', (status, retryable, blamesAddress) => {
  const error = classifyError(new HttpError(status, new Headers()), subject)
  expect(error.failure.retryable).toBe(retryable)
  expect(error.blamesAddress).toBe(blamesAddress)
  expect(error.failure.code).toBe(retryable ? 'UPSTREAM_UNAVAILABLE' : 'UPSTREAM_REJECTED')
})

it('finds the network error in the chain of causes', () => {
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
  const error = classifyError(new TypeError('fetch failed', { cause: refused }), subject)
  expect(error).toMatchObject({ detail: 'ECONNREFUSED', blamesAddress: true })
})

it('keeps what fetch quotes out of the message, the log and the cause', () => {
  const quoting = new TypeError('Headers.append: "Bearer sk-hidden\n" is an invalid header value.')
  const error = classifyError(quoting, subject)
  expect(`${error.message} ${error.detail}`).not.toContain('sk-hidden')
  expect(error.cause).toBeUndefined()
})
