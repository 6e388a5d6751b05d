import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClosedDatabase, createDatabase, kinds } from '../../test/testkit/open-database.ts'
import type { Database } from '../db/database.ts'
import { UnauthenticatedError } from '../errors.ts'
import { authenticate, createKey, defaultWorkspaceId, hasValidKey, listKeys, revokeKey } from './keys.ts'

describe.each(kinds)('API keys on %s', () => {
  let closed: ClosedDatabase
  let database: Database

  beforeAll(async () => {
    closed = await createDatabase()
    database = await closed.open()
  })
  afterAll(() => closed?.[Symbol.asyncDispose]())

  test('are made, found by what they are sent as, listed and revoked', async () => {
    expect(await hasValidKey(database)).toBe(false)
    const { key, row } = await createKey(database, { name: 'one', workspace: 'default', scopes: ['READ'] })
    const { key: other } = await createKey(database, {
      name: 'two',
      workspace: 'acme',
      scopes: ['READ', 'WRITE'],
    })
    expect(key).toMatch(/^gw_[A-Za-z0-9]{12}_[A-Za-z0-9]{43}$/)
    expect(await hasValidKey(database)).toBe(true)

    expect(await authenticate(database, `Bearer ${key}`)).toEqual({
      workspaceId: defaultWorkspaceId,
      scopes: ['READ'],
      keyId: expect.any(String),
    })
    expect(await authenticate(database, `  bearer   ${other} `)).toMatchObject({ scopes: ['READ', 'WRITE'] })
    expect((await authenticate(database, `Bearer ${other}`)).workspaceId).not.toBe(defaultWorkspaceId)

    expect((await listKeys(database, null)).map(({ name }) => name)).toEqual(['one', 'two'])
    expect(await listKeys(database, 'acme')).toMatchObject([{ name: 'two', workspace: { name: 'acme' } }])
    expect(await listKeys(database, 'none')).toEqual([])

    expect(await revokeKey(database, row.prefix)).toBe(true)
    await expect(authenticate(database, `Bearer ${key}`)).rejects.toThrow(UnauthenticatedError)
    expect(await revokeKey(database, row.prefix), 'again').toBe(false)
    expect(await revokeKey(database, other), 'the whole key').toBe(true)
    expect(await revokeKey(database, 'nobody')).toBe(false)
    expect(await hasValidKey(database)).toBe(false)
  })

  test('are stored as a hash only', async () => {
    const { key, row } = await createKey(database, { name: 'three', workspace: 'default', scopes: ['ADMIN'] })
    const { rows } = await database.pool.query('SELECT api_key::text AS stored FROM api_key WHERE id = $1', [
      row.id,
    ])
    expect(rows[0].stored).not.toContain(key.slice(16))
    expect(row.hash).toHaveLength(32)
  })

  test('that are not right are refused alike', async () => {
    const { key } = await createKey(database, { name: 'four', workspace: 'default', scopes: ['READ'] })
    const otherEnd = key.endsWith('A') ? 'B' : 'A'
    const wrong = [
      null,
      '',
      'Bearer',
      'Bearer ',
      key,
      `Basic ${key}`,
      `Bearer ${key.slice(0, -1)}${otherEnd}`,
      `Bearer ${key.slice(0, -1)}`,
      `Bearer ${key}A`,
      `Bearer ${key} ${key}`,
      `Bearer gw_${'A'.repeat(12)}_${'A'.repeat(43)}`,
      `Bearer ${key.replace('gw_', 'GW_')}`,
      `Bearer gw_${"'; DROP".padEnd(12)}_${'A'.repeat(43)}`,
      `Bearer ${'\0'.repeat(59)}`,
      `Bearer ${'x'.repeat(1_000_000)}`,
    ]
    const messages = new Set<string>()
    for (const authorization of wrong) {
      const error = await authenticate(database, authorization).catch((error: unknown) => error)
      expect(error, `${authorization?.slice(0, 80)}`).toBeInstanceOf(UnauthenticatedError)
      if (authorization) messages.add((error as Error).message)
    }
    expect([...messages]).toEqual(['The API key is not valid'])
  })
})
