import pg from 'pg'

/** A database of a name, which stays: large ones are made once and measured often. */
export interface KeptDatabase {
  readonly url: string
  /** Whether it was made just now. */
  readonly isNew: boolean
}

export async function keepDatabase(server: string, name: string): Promise<KeptDatabase> {
  const url = new URL(server)
  url.pathname = `/${name}`
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    const { rows } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name])
    if (rows.length > 0) return { url: url.href, isNew: false }

    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`)
    return { url: url.href, isNew: true }
  } finally {
    await client.end()
  }
}

export async function dropDatabase(server: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`)
  } finally {
    await client.end()
  }
}
