import { describe, expect, it } from 'vitest'
import { startNameServer, type Zone } from '../../../test/testkit/web/name-server.ts'
import { createResolveHost } from './resolve-host.ts'

const never = new AbortController().signal

async function resolve(zone: Zone) {
  await using server = await startNameServer(zone)
  const result = await createResolveHost([server.address])('files.example.org', never).catch(
    (error) => error.failure,
  )
  return { result, questions: [...server.questions].sort() }
}

describe('a name', () => {
  it('has all its addresses, asked for once', async () => {
    const { result, questions } = await resolve((question) =>
      question.startsWith('A ') ? ['93.184.216.34', '10.0.0.1'] : [],
    )
    expect(result).toEqual(['93.184.216.34', '10.0.0.1'])
    expect(questions).toEqual(['A files.example.org', 'AAAA files.example.org'])
  })

  it('that does not exist fails for good', async () => {
    const { result } = await resolve(() => 'NXDOMAIN')
    expect(result).toMatchObject({ code: 'FETCH_FAILED', retryable: false })
  })

  it('without addresses fails for good', async () => {
    const { result } = await resolve(() => [])
    expect(result).toMatchObject({ code: 'FETCH_FAILED', retryable: false })
  })

  it('whose server fails can be tried again', async () => {
    const { result } = await resolve(() => 'SERVFAIL')
    expect(result).toMatchObject({ code: 'FETCH_FAILED', retryable: true })
  })
})

it('an abort ends a question that nobody answers', async () => {
  const asked = Promise.withResolvers<void>()
  await using server = await startNameServer(() => {
    asked.resolve()
    return null
  })
  const caller = new AbortController()
  const resolved = createResolveHost([server.address])('files.example.org', caller.signal)
  await asked.promise
  const reason = new Error('enough')
  caller.abort(reason)
  await expect(resolved).rejects.toBe(reason)
})
