import { Agent, request } from 'node:http'
import type { TypedDocumentString } from '../../clients/typescript/generated/graphql.ts'

/**
 * GraphQL by POST over kept connections with as little client as there can be: fetch alone costs more than
 * an empty query does on the server, and the two share the cores.
 */
export interface GraphqlConnection extends Disposable {
  post<Result, Variables>(
    document: TypedDocumentString<Result, Variables> | string,
    variables: Variables,
  ): Promise<Result>
}

export function connect(url: string, connections: number): GraphqlConnection {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json' }
  const send = (body: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const call = request(url, { method: 'POST', agent, headers }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (part: string) => {
          text += part
        })
        response.on('end', () => resolve(text))
        response.on('error', reject)
      })
      call.on('error', reject)
      call.end(body)
    })
  return {
    async post<Result>(document: { toString(): string }, variables: unknown): Promise<Result> {
      const text = await send(JSON.stringify({ query: document.toString(), variables }))
      const { data, errors } = JSON.parse(text) as { data?: Result; errors?: unknown }
      if (errors || !data) throw new Error(`The server answered ${text.slice(0, 500)}`)
      return data
    },
    [Symbol.dispose]: () => agent.destroy(),
  }
}
