import { BadUserInputError } from '../errors.ts'
import type { MetadataCondition } from '../retrieval/retrieval.ts'
import { requireJson } from './json-input.ts'
import { limits } from './limits.ts'
import { requireCount } from './range-input.ts'
import { requireText } from './text-input.ts'

export interface MetadataConditionInput {
  readonly path: readonly string[]
  readonly equals?: unknown
  readonly in?: readonly unknown[] | null | undefined
  readonly gte?: unknown
  readonly lte?: unknown
  readonly exists?: boolean | null | undefined
}

const operators = ['equals', 'in', 'gte', 'lte', 'exists'] as const

export function parseMetadataCondition(field: string, input: MetadataConditionInput): MetadataCondition {
  const path = requireCount(`${field}.path`, input.path, 1, limits.metadataPathKeys).map((key, index) =>
    requireText(`${field}.path[${index}]`, key, { min: 1, max: limits.metadataKeyCharacters }),
  )
  // A null is how many clients send "absent"; equals: null alone is a comparison with null.
  const given = operators.filter((operator) => input[operator] !== undefined && input[operator] !== null)
  if (given.length === 0 && input.equals === null) return { path, equals: null }
  const [operator] = given
  if (!operator || given.length > 1) {
    throw new BadUserInputError(field, `must have exactly one of ${operators.join(', ')}`)
  }
  return { path, [operator]: requireOperand(`${field}.${operator}`, operator, input[operator]) }
}

function requireOperand(field: string, operator: (typeof operators)[number], operand: unknown): unknown {
  if ((operator === 'gte' || operator === 'lte') && !['number', 'string'].includes(typeof operand)) {
    throw new BadUserInputError(field, 'must be a number or a string')
  }
  if (operator === 'in' && Array.isArray(operand)) {
    requireCount(field, operand, 1, limits.filterValues)
    return operand.map((item, index) => requireJson(`${field}[${index}]`, item))
  }
  return requireJson(field, operand)
}
