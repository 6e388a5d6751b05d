import type { Queryable } from '../../db/database.ts'
import type { EmbeddingSpace } from '../../db/sql/embedding-space.ts'
import { readSpaces } from '../../db/sql/workspace-spaces.ts'

export interface OpenMigration {
  readonly id: string
  readonly automatic: boolean
  readonly space: EmbeddingSpace
  /** Whether its model failed when it was asked last. */
  readonly fails: boolean
}

/** The spaces that a workspace uses. */
export interface Spaces {
  /** What it searches; null where there is none yet. */
  readonly active: EmbeddingSpace | null
  /** What it is on its way to. */
  readonly migration: OpenMigration | null
}

/** They stay where the caller's transaction holds or keeps them. @returns null where there is no such workspace */
export async function spacesOf(db: Queryable, workspaceId: string): Promise<Spaces | null> {
  const [row] = await readSpaces(db, workspaceId)
  if (!row) return null
  const active =
    row.active_id === null
      ? null
      : { id: row.active_id, model: row.active_model, dimensions: row.active_dimensions }
  const { migration_id, next_id, next_model: model, next_dimensions: dimensions } = row
  if (migration_id === null || next_id === null) return { active, migration: null }
  const space = { id: next_id, model, dimensions }
  return {
    active,
    migration: { id: migration_id, automatic: row.automatic, space, fails: row.next_fails },
  }
}

/** The space of this id, where the workspace searches it or is on its way to it. */
export const usedSpace = (spaces: Spaces | null, spaceId: number): EmbeddingSpace | undefined =>
  [spaces?.active, spaces?.migration?.space].find((each) => each?.id === spaceId) ?? undefined
