import { expect, it } from 'vitest'
import { startSite } from '../../../test/testkit/web/site.ts'
import { defaultFetchLimits } from './fetch-limits.ts'
import { requestHop } from './request-hop.ts'

const never = new AbortController().signal

it('a connection that went elsewhere than to a checked address is closed before a request', async () => {
  await using site = await startSite((_, response) => response.end('secret'))
  // An address for a host is connected to without a look-up, so that the pinning has no part in it.
  const target = { host: '127.0.0.1', port: site.port, secure: false, addresses: ['93.184.216.34'] }
  const url = new URL(site.at('127.0.0.1'))
  const answer = requestHop(url, target, {}, defaultFetchLimits, never, async ({ status }) => status)
  await expect(answer).rejects.toMatchObject({ reason: 'not_public' })
  expect(site.requests).toHaveLength(0)
})
