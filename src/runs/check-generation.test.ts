import { describe, expect, it } from 'vitest'
import { BadUserInputError } from '../errors.ts'
import { checkGeneration } from './check-generation.ts'

const nothing = { model: null, maxTokens: null, temperature: null }
const bounds = { models: ['small', 'large'], maxTokens: 500 }

describe('generation options', () => {
  it.each([
    {},
    { model: 'large' },
    { maxTokens: 1 },
    { maxTokens: 500 },
    { temperature: 0 },
    { temperature: 2 },
  ])('may be %j', (options) =>
    expect(() => checkGeneration({ ...nothing, ...options }, bounds)).not.toThrow(),
  )

  it.each([
    { model: 'other' },
    { model: '' },
    { maxTokens: 0 },
    { maxTokens: 501 },
    { maxTokens: 1.5 },
    { temperature: -0.1 },
    { temperature: 2.1 },
    { temperature: Number.NaN },
  ])('may not be %j', (options) =>
    expect(() => checkGeneration({ ...nothing, ...options }, bounds)).toThrow(BadUserInputError),
  )

  it('choose no model where none is configured, and have no effect else', () => {
    const none = { models: [], maxTokens: 4_096 }
    expect(() => checkGeneration({ ...nothing, model: 'small' }, none)).toThrow('no LLM is configured')
    expect(() => checkGeneration({ ...nothing, maxTokens: 9, temperature: 1 }, none)).not.toThrow()
  })
})
