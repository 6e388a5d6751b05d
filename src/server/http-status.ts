import { ErrorCode } from '../errors.ts'

const statuses: Readonly<Record<ErrorCode, number>> = {
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  RATE_LIMITED: 429,
  TOO_COMPLEX: 400,
  UNAVAILABLE: 503,
  INTERNAL_SERVER_ERROR: 500,
}

/** Of a response without data. With data, GraphQL over HTTP wants 200 whatever its errors say. */
export function httpStatusOf(code: unknown): number {
  return statuses[code as ErrorCode] ?? statuses[ErrorCode.Internal]
}
