import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { DatabaseConfig } from '../../src/config.ts'

/** A database of its own, removed with what is in it when it is disposed. */
export interface ScratchDatabase extends AsyncDisposable {
  readonly config: DatabaseConfig
  /** What a server process finds it by. */
  readonly environment: Readonly<Record<string, string>>
  readonly name: 'PostgreSQL' | 'embedded'
}

/** @param server any database of a PostgreSQL server whose user may create databases; null: embedded */
export function scratchDatabase(server: string | null): Promise<ScratchDatabase> {
  return server === null ? embedded() : onServer(server)
}

async function embedded(): Promise<ScratchDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'groundwire-bench-'))
  return {
    name: 'embedded',
    config: { kind: 'embedded', directory },
    environment: { DATABASE_URL: '', DATA_DIR: directory },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

async function onServer(server: string): Promise<ScratchDatabase> {
  const name = `bench_${randomBytes(6).toString('hex')}`
  await administer(server, `CREATE DATABASE ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return {
    name: 'PostgreSQL',
    config: { kind: 'server', url: url.href },
    environment: { DATABASE_URL: url.href },
    [Symbol.asyncDispose]: () => administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  }
}

async function administer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
