import { GraphQLError, Kind } from 'graphql'
import { builder } from './builder.ts'

const instant =
  /^(\d{4})-(\d\d)-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/

builder.scalarType('DateTime', {
  description: 'ISO 8601 instant in UTC, for example 2026-11-20T09:30:00.000Z.',
  serialize: (value) => value.toISOString(),
  parseValue: parseInstant,
  parseLiteral: (node) => parseInstant(node.kind === Kind.STRING ? node.value : null),
})

/** A full instant, its offset included: without one it would depend on who reads it. */
function parseInstant(value: unknown): Date {
  const [, year, month, day] = (typeof value === 'string' && instant.exec(value)) || []
  const date = new Date(String(value))
  // Date rolls the 30th of February over to March.
  const days = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()
  const utcYear = date.getUTCFullYear()
  if (!year || Number(day) > days || !(utcYear >= 1 && utcYear <= 9999)) {
    throw new GraphQLError(
      'A DateTime is an ISO 8601 instant with its offset, such as 2026-11-20T09:30:00.000Z',
      {
        extensions: { code: 'BAD_USER_INPUT' },
      },
    )
  }
  return date
}
