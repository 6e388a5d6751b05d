import type { Database } from '../db/database.ts'
import { findCollection, type SearchedCollection } from '../db/sql/collection.ts'
import { NotFoundError } from '../errors.ts'

/** @throws NotFoundError where the workspace has no such collection */
export async function findSearched(
  pool: Database['pool'],
  workspaceId: string,
  name: string,
): Promise<SearchedCollection> {
  const [collection] = await findCollection(pool, workspaceId, name)
  if (!collection) throw missing(name)
  return collection
}

export const missing = (name: string) => new NotFoundError(`There is no collection named ${name}`)

/** What a workspace searches by embeddings, and the migration of it that is open. */
export type WorkspaceSpace = Pick<SearchedCollection, 'space_id' | 'model' | 'dimensions' | 'migration_id'>

const rememberedMs = 1_000
/** The oldest goes. */
const most = 1_000

/**
 * Which space workspaces were seen to search a moment ago, so that a search by embeddings needs no statement before it.
 * No more than a guess: the search itself reads which space it is, and is made again where it is another one.
 */
export class SpaceGuesses {
  readonly #known = new Map<string, { readonly space: WorkspaceSpace; readonly until: number }>()

  get(workspaceId: string): WorkspaceSpace | null {
    const known = this.#known.get(workspaceId)
    return known && performance.now() < known.until ? known.space : null
  }

  forget(workspaceId: string): void {
    this.#known.delete(workspaceId)
  }

  set(workspaceId: string, { space_id, model, dimensions, migration_id }: WorkspaceSpace): void {
    this.#known.delete(workspaceId)
    // One that has none yet may have it the next moment.
    if (space_id === null) return
    const space = { space_id, model, dimensions, migration_id }
    this.#known.set(workspaceId, { space, until: performance.now() + rememberedMs })
    const [oldest] = this.#known.keys()
    if (this.#known.size > most && oldest !== undefined) this.#known.delete(oldest)
  }
}
