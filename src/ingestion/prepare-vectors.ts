import type { EmbeddingSpace } from '../db/sql/embedding-space.ts'
import { FailureError } from '../failure.ts'
import { embedPassages, type Passages } from './embed-passages.ts'
import type { IndexTarget } from './index-target.ts'
import { type Spaces, spacesOf } from './spaces/spaces.ts'
import { type TendDependencies, tendWorkspace } from './spaces/tend-workspace.ts'

/**
 * Stages the vectors of a document's passages in the spaces that its workspace uses. The space that is searched has to
 * have them all. The one that it is on its way to gets what its model gives: the rest is the fill's, so that a document
 * never waits for, or fails with, a model that nobody searches yet.
 *
 * @returns the spaces in which every vector is staged, or was asked for; null where the attempt is void
 * @throws FailureError as the model in use does
 */
export async function prepareVectors(
  dependencies: TendDependencies,
  target: IndexTarget,
  passages: Passages,
  signal: AbortSignal,
): Promise<number[] | null> {
  const { database, embedders, logger } = dependencies
  const { pool } = database
  const spaces = await usableSpaces(dependencies, target.workspaceId)
  if (!spaces) return null
  const stage = async (space: EmbeddingSpace | undefined | null) => {
    const embeddings = space && embedders.find(space)
    if (!space || !embeddings) return []
    const held = await embedPassages(pool, { embeddings, space }, target, passages, signal)
    return held ? [space.id] : null
  }
  const active = await stage(spaces.active)
  if (!active) return null
  const { migration } = spaces
  if (!migration || migration.fails) return active
  try {
    const next = await stage(migration.space)
    return next && [...active, ...next]
  } catch (error) {
    if (signal.aborted || !(error instanceof FailureError)) throw error
    const { workspaceId, documentId } = target
    const { failure } = error
    logger.warn(
      { workspaceId, documentId, failure },
      'A document is left to the fill of the next embedding space',
    )
    return [...active, migration.space.id]
  }
}

async function usableSpaces(dependencies: TendDependencies, workspaceId: string): Promise<Spaces | null> {
  const { pool } = dependencies.database
  const spaces = await spacesOf(pool, workspaceId)
  if (!dependencies.embedders.primary || !spaces || spaces.active || spaces.migration) return spaces
  await tendWorkspace(dependencies, workspaceId)
  return spacesOf(pool, workspaceId)
}
