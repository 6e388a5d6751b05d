import { fileChanged, httpError, networkError, protocolError } from './errors.ts'
import { isExecutionResult, unwrap } from './execution-result.ts'
import type { TypedDocumentString } from './generated/graphql.ts'
import { requestBody } from './request-body.ts'

export interface Endpoint {
  /** The GraphQL endpoint, for example http://127.0.0.1:4000/graphql. */
  readonly url: string
  readonly apiKey?: string | undefined
  /** @default the platform's */
  readonly fetch?: typeof globalThis.fetch | undefined
}

/** Sends an operation. @throws GroundwireError `NETWORK`, or the signal's reason. */
export async function post<Result, Variables>(
  endpoint: Endpoint,
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  accept: string,
  signal: AbortSignal,
): Promise<Response> {
  const { headers, body } = requestBody(document, variables)
  const send = endpoint.fetch ?? globalThis.fetch
  try {
    return await send(endpoint.url, {
      method: 'POST',
      headers: {
        ...headers,
        accept,
        ...(endpoint.apiKey ? { authorization: `Bearer ${endpoint.apiKey}` } : {}),
      },
      body,
      signal,
    })
  } catch (error) {
    signal.throwIfAborted()
    if (isUnreadable(error)) throw fileChanged(error)
    throw networkError(endpoint.url, error)
  }
}

/** A part of the body that was on the disk is there no more as it was. */
function isUnreadable(error: unknown): boolean {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error && cause.name === 'NotReadableError'
}

/** Sends a query or mutation and waits for its answer. */
export async function request<Result, Variables>(
  endpoint: Endpoint,
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  signal: AbortSignal,
): Promise<Result> {
  const accept = 'application/graphql-response+json, application/json;q=0.9'
  const response = await post(endpoint, document, variables, accept, signal)
  return readResult(endpoint.url, response, signal)
}

/** The result in a JSON body, whatever the status: a GraphQL error says more than its status does. */
export async function readResult<Result>(
  url: string,
  response: Response,
  signal: AbortSignal,
): Promise<Result> {
  let text: string
  try {
    text = await response.text()
  } catch (error) {
    signal.throwIfAborted()
    throw networkError(url, error)
  }
  const result = parse(text)
  if (isExecutionResult(result)) return unwrap<Result>(result)
  if (!response.ok) throw httpError(url, response)
  throw protocolError(`${url} does not answer as a GraphQL server does`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
