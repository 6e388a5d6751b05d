import { createClient as createSseClient } from 'graphql-sse'
import { createClient as createSocketClient } from 'graphql-ws'
import WebSocket from 'ws'
import { createClient, type GroundwireClient } from '../../../clients/typescript/client.ts'

// biome-ignore lint/suspicious/noExplicitAny: the shape is what each test's operation selects
export type Data = any

export interface Result {
  readonly data?: Data
  readonly errors?: readonly WireError[]
}

export interface WireError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions: { readonly code: string; readonly field?: string; readonly limit?: unknown }
}

export type Transport = 'sse' | 'ws'
export const transports: readonly Transport[] = ['sse', 'ws']

/** One caller of a running server, over every transport it has, by the clients that others wrote for them. */
export interface Session {
  /** Ours: clients/typescript. */
  readonly client: GroundwireClient
  readonly url: string
  /** An operation that has to succeed. @throws its first error */
  query(source: string, variables?: object): Promise<Data>
  /** An operation as it is answered, the HTTP status with it. */
  send(source: string, variables?: object): Promise<Result & { status: number }>
  /** Bytes that need not be a request. */
  post(body: string | Uint8Array<ArrayBuffer>): Promise<Result & { status: number }>
  /** A subscription; leaving the iteration ends it. */
  subscribe(transport: Transport, source: string, variables?: object): AsyncIterableIterator<Result>
}

export function openSession(url: string, apiKey?: string): Session {
  const endpoint = `${url}/graphql`
  const authorization = apiKey === undefined ? undefined : `Bearer ${apiKey}`
  const headers = authorization === undefined ? {} : { authorization }
  const post: Session['post'] = async (body) => {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        ...headers,
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json;q=0.9',
      },
      body,
    })
    return { ...((await response.json()) as Result), status: response.status }
  }
  const send: Session['send'] = (query, variables = {}) => post(JSON.stringify({ query, variables }))
  return {
    client: createClient({ url: endpoint, apiKey }),
    url: endpoint,
    post,
    send,
    async query(source, variables) {
      const { data, errors } = await send(source, variables)
      const [error] = errors ?? []
      if (error) throw new Error(`${error.extensions.code} at ${error.path}: ${error.message}`)
      return data
    },
    subscribe(transport, query, variables = {}) {
      const request = { query, variables: { ...variables } }
      if (transport === 'ws') {
        const client = createSocketClient({
          url: endpoint.replace('http', 'ws'),
          webSocketImpl: WebSocket,
          retryAttempts: 0,
          ...(authorization !== undefined && { connectionParams: { authorization } }),
        })
        return client.iterate(request) as AsyncIterableIterator<Result>
      }
      const client = createSseClient({ url: endpoint, retryAttempts: 0, headers })
      return client.iterate(request) as AsyncIterableIterator<Result>
    },
  }
}
