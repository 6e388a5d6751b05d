import { randomBytes } from 'node:crypto'
import { administer } from '../app/administer.ts'
import { bootProcess } from '../app/boot-process.ts'

export interface TwinDatabases extends AsyncDisposable {
  readonly calm: string
  readonly stormy: string
}

/**
 * Two copies of a database that has the collection, as addresses: its id, which salts the ids of terms, is the same in
 * both. `env` is what the processes run with: it makes the embedding space, too.
 */
export async function twinDatabases(
  server: string,
  collection: string,
  env: Readonly<Record<string, string>>,
): Promise<TwinDatabases> {
  const suffix = randomBytes(6).toString('hex')
  const names = ['template', 'calm', 'stormy'].map((kind) => `chaos_${kind}_${suffix}`)
  const [template = '', calm = '', stormy = ''] = names
  const urlOf = (name: string) => new URL(`/${name}`, server).href
  const drop = async () => {
    for (const name of names) await administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  }
  try {
    await administer(server, `CREATE DATABASE ${template}`)
    {
      await using app = await bootProcess({ env: { ...env, DATABASE_URL: urlOf(template) } })
      await app.query('mutation ($name: String!) { createCollection(input: { name: $name }) { id } }', {
        name: collection,
      })
      await app.end('SIGTERM')
    }
    for (const name of [calm, stormy])
      await administer(server, `CREATE DATABASE ${name} TEMPLATE ${template}`)
  } catch (error) {
    await drop()
    throw error
  }
  return { calm: urlOf(calm), stormy: urlOf(stormy), [Symbol.asyncDispose]: drop }
}
