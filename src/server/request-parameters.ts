import type { GraphQLParams } from 'graphql-yoga'
import { requestError } from './request-error.ts'

/** GraphQL over HTTP, the request parameters. */
const shapes: Readonly<Record<string, readonly string[]>> = {
  query: ['string'],
  operationName: ['string', 'null', 'undefined'],
  variables: ['object', 'null', 'undefined'],
  extensions: ['object', 'null', 'undefined'],
}

export function parseJson(text: string, field: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw requestError(`${field} is not valid JSON`, { details: { field } })
  }
}

/** @throws a request error naming the parameter that is missing, unknown or of another type. */
export function requireParameters(value: unknown): GraphQLParams {
  if (typeOf(value) === 'array') {
    throw requestError('body must be one operation: batches are not supported', {
      details: { field: 'body' },
    })
  }
  if (typeOf(value) !== 'object') {
    throw requestError('body must be a JSON object', { details: { field: 'body' } })
  }
  const parameters = value as Record<string, unknown>
  for (const [field, types] of Object.entries(shapes)) {
    const type = typeOf(parameters[field])
    if (!types.includes(type)) {
      throw requestError(`${field} must be ${types[0]}, not ${type}`, { details: { field } })
    }
  }
  return parameters as GraphQLParams
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}
