import type { Caller } from '../../access/caller.ts'
import type { EmbeddingMigration } from '../../generated/prisma/client.ts'
import type { Comparison } from './compare-spaces.ts'

/** A passage that the new model did not take, and why. */
export interface RejectedPassage {
  readonly chunkId: string
  readonly reason: string
}

/** Changes of the embedding model of the caller's workspace. Ids are row ids. */
export interface EmbeddingMigrations {
  /**
   * Begins one to the configured model, or returns the one that leads to it already.
   * @throws ConflictError where no such model is configured, it is the one in use, or another one is open
   */
  start(
    caller: Caller,
    wanted: { readonly model: string | null; readonly dimensions: number | null },
  ): Promise<EmbeddingMigration>
  /** The switch. @throws ConflictError while passages have no vector yet, or where it was abandoned */
  complete(caller: Caller, id: string): Promise<EmbeddingMigration>
  /** @throws ConflictError where it is completed */
  abandon(caller: Caller, id: string): Promise<EmbeddingMigration>
  /** By id, or else the newest. */
  find(caller: Caller, id: string | null): Promise<EmbeddingMigration | null>
  /** It now and after each change; ends after its end. */
  follow(caller: Caller, id: string, signal: AbortSignal): AsyncGenerator<EmbeddingMigration, void, void>
  /** The first `limit` of them. */
  rejected(caller: Caller, migration: EmbeddingMigration, limit: number): Promise<RejectedPassage[]>
  /**
   * Both spaces searched with the newest queries of the workspace; null where there are no two spaces.
   * @throws UnavailableError where one of the models is not configured or does not answer
   */
  compare(
    caller: Caller,
    migration: EmbeddingMigration,
    sample: number,
    signal: AbortSignal,
  ): Promise<Comparison | null>
}
