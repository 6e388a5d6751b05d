import { expect, test } from 'vitest'
import { isDatabaseOutage } from './database-outage.ts'
import { retryOutage } from './retry-outage.ts'

const withCode = (code: string) => Object.assign(new Error('x'), { code })

test('an outage is told from a mistake', () => {
  for (const code of ['57P01', '08006', '53300', '40P01', 'ECONNREFUSED']) {
    expect(isDatabaseOutage(withCode(code)), code).toBe(true)
  }
  expect(isDatabaseOutage(new Error('Connection terminated unexpectedly'))).toBe(true)
  expect(isDatabaseOutage(new AggregateError([withCode('ECONNREFUSED')]))).toBe(true)
  const byPrisma = (originalCode: string) =>
    Object.assign(withCode('P2039'), { meta: { driverAdapterError: { cause: { originalCode } } } })
  expect([byPrisma('57P03'), byPrisma('23514')].map(isDatabaseOutage)).toEqual([true, false])
  for (const error of [withCode('23505'), withCode('22P02'), new Error('x'), 'Connection terminated']) {
    expect(isDatabaseOutage(error)).toBe(false)
  }
})

test('work is repeated through an outage, and neither after a mistake nor an abort', async () => {
  const open = new AbortController().signal
  let calls = 0
  const flaky = async () => {
    calls += 1
    if (calls === 1) throw withCode('57P01')
    return 'done'
  }
  expect(await retryOutage(open, flaky)).toBe('done')
  await expect(retryOutage(open, async () => Promise.reject(withCode('23505')))).rejects.toThrow('x')
  const controller = new AbortController()
  const waiting = retryOutage(controller.signal, async () => Promise.reject(withCode('57P01')))
  controller.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow()
})
