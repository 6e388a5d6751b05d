import { existsSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')

/**
 * A file of the folder that checkouts share (recorded streams, corpora), such as `data/llm-wire/index.json`, or
 * null where it is absent, so that a test can skip: `it.skipIf(path === null)`. The folder is GROUNDWIRE_SHARED,
 * or `shared` beside the repository.
 */
export function sharedData(path: string): string | null {
  const folder = process.env.GROUNDWIRE_SHARED ?? join(root, '..', 'shared')
  const file = join(folder, path)
  return existsSync(file) ? file : null
}
