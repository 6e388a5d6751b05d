import { GroundwireError, protocolError } from './errors.ts'

interface WireError {
  readonly message: string
  readonly extensions?: Readonly<Record<string, unknown>>
}

/** A GraphQL response, as it is on the wire. */
export interface ExecutionResult {
  readonly data?: unknown
  readonly errors?: readonly WireError[]
}

/** Codes of errors that pass by themselves, for servers that do not say `extensions.retryable`. */
const transient: ReadonlySet<unknown> = new Set(['UNAVAILABLE', 'RATE_LIMITED'])

export function isExecutionResult(value: unknown): value is ExecutionResult {
  return typeof value === 'object' && value !== null && ('data' in value || 'errors' in value)
}

/** The data of a result. @throws GroundwireError made from its first error. */
export function unwrap<Data>(result: ExecutionResult): Data {
  const [error] = result.errors ?? []
  if (error) {
    const { code, retryable, ...details } = error.extensions ?? {}
    throw new GroundwireError(typeof code === 'string' ? code : 'GRAPHQL_ERROR', error.message, {
      retryable: typeof retryable === 'boolean' ? retryable : transient.has(code),
      details,
    })
  }
  if (result.data === undefined || result.data === null) throw protocolError('The answer has no data')
  return result.data as Data
}
