import { BadUserInputError } from '../errors.ts'
import type { AskRequest, GenerationOptions, Runs } from './runs.ts'

/** What a request may ask of the model. */
export interface GenerationBounds {
  /** Names, the configured one among them; empty where no model is. */
  readonly models: readonly string[]
  readonly maxTokens: number
}

const hottest = 2

/** @throws BadUserInputError naming what is out of bounds. Without a model, the other options have no effect. */
export function checkGeneration(
  { model, maxTokens, temperature }: GenerationOptions,
  bounds: GenerationBounds,
): void {
  if (model !== null && !bounds.models.includes(model)) {
    const problem =
      bounds.models.length === 0
        ? 'cannot be chosen: no LLM is configured'
        : `must be one of those that are offered here: ${bounds.models.join(', ')}`
    throw new BadUserInputError('generation.model', problem)
  }
  if (
    maxTokens !== null &&
    !(Number.isInteger(maxTokens) && maxTokens >= 1 && maxTokens <= bounds.maxTokens)
  ) {
    throw new BadUserInputError('generation.maxTokens', `must be from 1 to ${bounds.maxTokens}`)
  }
  if (temperature !== null && !(temperature >= 0 && temperature <= hottest)) {
    throw new BadUserInputError('generation.temperature', `must be from 0 to ${hottest}`)
  }
}

/** Starts no run that asks more of the model than the configuration allows. */
export function withGenerationBounds<T extends Pick<Runs, 'start'>>(runs: T, bounds: GenerationBounds): T {
  return {
    ...runs,
    async start(caller, request: AskRequest, traceId) {
      if (request.generation) checkGeneration(request.generation, bounds)
      return runs.start(caller, request, traceId)
    },
  }
}
