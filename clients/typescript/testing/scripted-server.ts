import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Call {
  readonly request: IncomingMessage
  readonly body: string
  readonly response: ServerResponse
}

export type Reply = (call: Call) => void

export interface ScriptedServer extends AsyncDisposable {
  readonly url: string
  readonly calls: readonly Call[]
}

/** A real HTTP server that answers its nth request with the nth reply, and with the last one from then on. */
export async function scriptedServer(replies: readonly Reply[], port = 0): Promise<ScriptedServer> {
  const calls: Call[] = []
  let begun = 0
  const server = createServer(async (request, response) => {
    const reply = replies[Math.min(begun++, replies.length - 1)]
    // A client may leave in the middle: that is a call to be answered by nobody.
    const body = await text(request).catch(() => null)
    const call = { request, response, body: body ?? '' }
    calls.push(call)
    if (body !== null) reply?.(call)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    calls,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      if (server.listening) await once(server, 'close')
    },
  }
}

/** The variables of a call that came as JSON. */
export function variablesOf(call: Call): { input: Record<string, Record<string, unknown>> } {
  return JSON.parse(call.body).variables
}

export function json(status: number, value: unknown): Reply {
  return ({ response }) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(value))
  }
}

export function plain(status: number, body: string): Reply {
  return ({ response }) => {
    response.writeHead(status, { 'content-type': 'text/plain' })
    response.end(body)
  }
}

export function failure(code: string, extensions: Record<string, unknown> = {}): object {
  return { errors: [{ message: `refused: ${code}`, extensions: { code, ...extensions } }] }
}
