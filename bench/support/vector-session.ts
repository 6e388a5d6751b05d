import type pg from 'pg'
import { sessionSettings } from '../../src/db/session-settings.ts'

/** A session as the product's are. @param efSearch another than theirs */
export function vectorSession(url: string, efSearch?: number): pg.ClientConfig {
  const settings = { ...sessionSettings, ...(efSearch && { 'hnsw.ef_search': String(efSearch) }) }
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`)
  return { connectionString: url, options: options.join(' ') }
}
