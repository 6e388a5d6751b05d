import { expect, test } from 'vitest'
import { bootApp } from '../testkit/app/boot-app.ts'
import { createTestDatabase, databaseKind } from '../testkit/app/test-database.ts'
import { startTcpProxy } from '../testkit/tcp-proxy.ts'

test.skipIf(databaseKind() === 'embedded')(
  'readiness follows the database that goes away and comes back, and liveness does not',
  async () => {
    await using database = await createTestDatabase()
    const url = new URL(database.env.DATABASE_URL ?? '')
    await using proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port) })
    url.host = `127.0.0.1:${proxy.port}`
    await using app = await bootApp({ database, env: { DATABASE_URL: url.href } })
    const statusOf = async (path: string) => (await fetch(`${app.origin}${path}`)).status
    const ready = async (status: number) =>
      expect.poll(() => statusOf('/health/ready'), { timeout: 30_000 }).toBe(status)
    const { checks } = (await (await fetch(`${app.origin}/health/ready`)).json()) as { checks: object }
    expect(checks).toEqual({ database: true, migrations: true, queue: true })
    for (const disturb of [proxy.cut, proxy.freeze]) {
      const began = performance.now()
      disturb()
      await ready(503)
      expect(await statusOf('/health/live')).toBe(200)
      const gone = performance.now()
      proxy.heal()
      await ready(200)
      expect(await app.query('{ viewer { workspace { name } } }')).toBeTruthy()
      const times = [gone - began, performance.now() - gone].map((ms) => `${Math.round(ms)} ms`)
      console.log(`${disturb.name}: not ready after ${times[0]}, ready again after ${times[1]}`)
    }
  },
)
