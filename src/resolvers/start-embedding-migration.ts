import type { EmbeddingMigration } from '../generated/prisma/client.ts'
import type { Context } from './context.ts'
import { limits } from './limits.ts'
import { requireRange } from './range-input.ts'
import { requireProse } from './text-input.ts'

export interface StartEmbeddingMigrationArgs {
  readonly input: {
    readonly model?: string | null | undefined
    readonly dimensions?: number | null | undefined
  }
}

export async function startEmbeddingMigration(
  { input }: StartEmbeddingMigrationArgs,
  { caller, services }: Context,
): Promise<EmbeddingMigration> {
  const { model = null, dimensions = null } = input
  return services.migrations.start(caller, {
    model: model === null ? null : requireProse('model', model, limits.modelCharacters),
    dimensions: dimensions === null ? null : requireRange('dimensions', dimensions, 1, limits.dimensions),
  })
}
