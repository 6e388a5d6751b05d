import { GraphQLError } from 'graphql'
import { ErrorCode } from '../errors.ts'

interface Refusal {
  readonly code?: ErrorCode
  readonly status?: number
  /**
   * A well-formed request whose document cannot be run: 200 under `Accept: application/json`, `status`
   * under application/graphql-response+json (GraphQL over HTTP).
   */
  readonly wellFormed?: boolean
  readonly details?: Readonly<Record<string, unknown>>
}

/** Why a request is refused before any resolver runs. */
export function requestError(message: string, refusal: Refusal = {}): GraphQLError {
  const { code = ErrorCode.BadUserInput, status = 400, wellFormed = false, details = {} } = refusal
  return new GraphQLError(message, { extensions: { ...details, code, http: { status, spec: wellFormed } } })
}
