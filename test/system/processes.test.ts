import { expect, test } from 'vitest'
import { bootProcess } from '../testkit/app/boot-process.ts'
import { manyDocuments } from '../testkit/app/many-documents.ts'
import { runCommand } from '../testkit/app/run-command.ts'
import { openSession } from '../testkit/app/session.ts'
import { createTestDatabase, databaseKind } from '../testkit/app/test-database.ts'

const onServer = test.skipIf(databaseKind() === 'embedded')
const embedded = test.skipIf(databaseKind() === 'server')

embedded('a folder that is served is refused to a second process, which says what to do', async () => {
  await using database = await createTestDatabase()
  await using first = await bootProcess({ env: database.env })
  for (const args of [['serve'], ['migrate'], ['keys', 'list']]) {
    const second = await runCommand(args, { ...database.env, PORT: '0' })
    expect(second.code).toBeGreaterThan(0)
    expect(second.stderr).toMatch(/in use by another Groundwire process.*DATA_DIR.*DATABASE_URL/s)
    expect(second.stderr).not.toMatch(/\n\s+at /)
  }
  expect(await first.query('{ viewer { workspace { name } } }')).toBeTruthy()
  expect((await first.end('SIGKILL')).signal).toBe('SIGKILL')
  // The lock goes with its process, however that ended.
  await using again = await bootProcess({ env: database.env })
  expect(await again.query('{ viewer { workspace { name } } }')).toBeTruthy()
})

embedded('a worker of its own is refused where there is no server', async () => {
  const { code, stderr } = await runCommand(['worker'], {})
  expect([code, stderr]).toEqual([78, expect.stringContaining('DATABASE_URL')])
})

test('a server that cannot be reached is named, without its password', async () => {
  const { code, stderr } = await runCommand(['serve'], {
    DATABASE_URL: 'postgresql://someone:hunter2@127.0.0.1:1/nothing',
    PORT: '0',
  })
  expect(code).toBeGreaterThan(0)
  expect(stderr).toMatch(/Cannot reach PostgreSQL at 127\.0\.0\.1:1\/nothing: .*ECONNREFUSED/)
  expect(stderr).not.toContain('hunter2')
  expect(stderr).not.toMatch(/\n\s+at /)
})

test('AUTH=open on an address that others reach is refused', async () => {
  const { code, stderr } = await runCommand(['serve'], { HOST: '0.0.0.0', AUTH: 'open', PORT: '0' })
  expect(code).toBe(78)
  expect(stderr).toMatch(/AUTH.*loopback.*0\.0\.0\.0.*AUTH=keys/)
})

test('every mistake of the configuration is reported at once', async () => {
  const { code, stderr, stdout } = await runCommand(['serve'], {
    PORT: '70000',
    DATABASE_URL: 'mysql://nothing',
    LLM_BASE_URL: 'not a url',
    EMBEDDING_BASE_URL: 'ftp://x',
    AUTH: 'maybe',
    LOG_LEVEL: 'loud',
  })
  expect([code, stdout]).toEqual([78, ''])
  for (const name of ['PORT', 'DATABASE_URL', 'LLM_BASE_URL', 'EMBEDDING_BASE_URL', 'AUTH', 'LOG_LEVEL']) {
    expect(stderr).toContain(`  ${name}`)
  }
  const halves = await runCommand(['serve'], {
    LLM_BASE_URL: 'http://127.0.0.1:1/v1',
    EMBEDDING_MODEL: 'x',
    RERANK_BASE_URL: 'http://127.0.0.1:1/v1',
    HOST: '0.0.0.0',
    AUTH: 'open',
  })
  expect(halves.code).toBe(78)
  for (const name of ['LLM_MODEL', 'EMBEDDING_BASE_URL', 'RERANK_MODEL', 'AUTH']) {
    expect(halves.stderr).toContain(`  ${name}`)
  }
})

test('keys are made, listed and revoked on the command line, and shown once', async () => {
  await using database = await createTestDatabase()
  const keys = (...args: string[]) => runCommand(['keys', ...args], { ...database.env, AUTH: 'keys' })
  const made = await keys('create', '--name', 'ci', '--workspace', 'team', '--scopes', 'READ,WRITE')
  expect(made.code).toBe(0)
  const key = made.stdout.trim()
  expect(key).toMatch(/^gw_[A-Za-z0-9]{12}_[A-Za-z0-9]{43}$/)
  const listed = await keys('list')
  expect(listed.stdout).toMatch(/team +READ,WRITE .*valid +ci/)
  expect(listed.stdout).not.toContain(key.split('_')[2])

  await using running = await bootProcess({ env: { ...database.env, AUTH: 'keys' } })
  const session = openSession(running.origin, key)
  expect(await session.query('{ viewer { workspace { name } scopes } }')).toEqual({
    viewer: { workspace: { name: 'team' }, scopes: ['READ', 'WRITE'] },
  })
  await running.end('SIGTERM')
  const id = key.split('_')[1] ?? ''
  expect((await keys('revoke', id)).code).toBe(0)
  expect((await keys('revoke', id)).code).toBeGreaterThan(0)
  expect((await keys('list')).stdout).toContain('revoked')
})

onServer('two processes that start at once on an empty database both serve', async () => {
  await using database = await createTestDatabase({ empty: true })
  const booted = await Promise.all([bootProcess({ env: database.env }), bootProcess({ env: database.env })])
  await using resources = new AsyncDisposableStack()
  for (const each of booted) resources.use(each)
  const [one, two] = booted
  const { ingestions } = await one.client.ingest({ documents: manyDocuments(4) })
  const states = await Array.fromAsync(two.client.watchIngestion(ingestions[0]?.id ?? ''))
  expect(states.at(-1)).toMatchObject({ status: 'SUCCEEDED', ready: 4 })
  // A run of one is followed and cancelled through the other.
  const run = await one.client.ask({ question: 'What of harbour and lantern?' })
  const events = await Array.fromAsync(two.client.resume({ runId: run.id }))
  expect(events.at(-1)).toMatchObject({ __typename: 'RunCompleted', run: { id: run.id } })
  for (const each of booted) expect(await each.end('SIGTERM')).toEqual({ code: 0, signal: null })
})

onServer(
  'a worker does the jobs that a server without one queued, and its progress is seen there',
  async () => {
    await using database = await createTestDatabase()
    await using api = await bootProcess({ env: database.env, args: ['serve'] })
    const { ingestions } = await api.client.ingest({ documents: manyDocuments(8) })
    const progress = api.client.watchIngestion(ingestions[0]?.id ?? '')
    expect((await progress.next()).value).toMatchObject({ status: 'QUEUED', queued: 8 })
    await using worker = await bootProcess({ env: database.env, args: ['worker'] })
    const states = await Array.fromAsync(progress)
    expect(states.at(-1)).toMatchObject({ status: 'SUCCEEDED', ready: 8 })
    expect((await fetch(`${worker.origin}/health/ready`)).status).toBe(200)
    expect((await fetch(`${worker.origin}/graphql`, { method: 'POST' })).status).toBe(404)
    expect(await worker.end('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(await api.end('SIGTERM')).toEqual({ code: 0, signal: null })
  },
)
