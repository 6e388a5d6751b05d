import { GroundwireError, httpError, networkError, protocolError } from './errors.ts'
import { type ExecutionResult, unwrap } from './execution-result.ts'
import type { TypedDocumentString } from './generated/graphql.ts'
import { parseServerSentEvents } from './server-sent-events.ts'
import { type Endpoint, post, readResult } from './transport.ts'

/**
 * One subscription on one connection: GraphQL over SSE, distinct connections mode. Ends when the server
 * completes it; whatever else ends it throws. Leaving it, or `signal`, closes the connection at once.
 * @param silenceMs a connection that is silent for longer counts as lost: servers ping every few seconds
 * @see https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md
 */
export async function* subscription<Result, Variables>(
  endpoint: Endpoint,
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  silenceMs: number,
  signal: AbortSignal,
): AsyncGenerator<Result> {
  const connection = new AbortController()
  const either = AbortSignal.any([signal, connection.signal])
  /** Awaits what the server owes; a peer that vanished without a word would be awaited for ever. */
  const heard = async <T>(awaited: Promise<T>): Promise<T> => {
    const timer = setTimeout(() => connection.abort(silent(endpoint.url, silenceMs)), silenceMs)
    try {
      return await awaited
    } catch (error) {
      either.throwIfAborted()
      throw error instanceof GroundwireError ? error : networkError(endpoint.url, error)
    } finally {
      clearTimeout(timer)
    }
  }
  try {
    const response = await heard(post(endpoint, document, variables, 'text/event-stream', either))
    if (!response.headers.get('content-type')?.startsWith('text/event-stream') || !response.body) {
      await readResult(endpoint.url, response, either)
      throw protocolError(`${endpoint.url} does not answer with an event stream`)
    }
    const reader = response.body.getReader()
    for await (const { event, data } of parseServerSentEvents(chunks(() => heard(reader.read())))) {
      if (event === 'complete') return
      if (event === 'next') yield unwrap<Result>(parseResult(data))
    }
    if (!response.ok) throw httpError(endpoint.url, response)
    throw new GroundwireError('DISCONNECTED', 'The stream ended early', { retryable: true })
  } finally {
    connection.abort()
  }
}

interface Part {
  readonly done: boolean
  readonly value?: Uint8Array | undefined
}

async function* chunks(read: () => Promise<Part>): AsyncGenerator<Uint8Array> {
  for (let part = await read(); !part.done; part = await read()) if (part.value) yield part.value
}

function parseResult(data: string): ExecutionResult {
  try {
    return JSON.parse(data) as ExecutionResult
  } catch (cause) {
    throw protocolError('An event of the stream is not JSON', { cause })
  }
}

function silent(url: string, ms: number): GroundwireError {
  return new GroundwireError('TIMEOUT', `${url} was silent for ${ms / 1000} s`, { retryable: true })
}
