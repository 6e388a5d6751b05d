import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'

export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Parsed JSON; the tests read what they sent. */
  // biome-ignore lint/suspicious/noExplicitAny: a request's body has whatever shape the client gave it
  readonly body: any
  /** Whether the client had closed the request before it was answered in full. */
  readonly aborted: boolean
  /** Resolves when the client closes the request before it was answered in full. */
  readonly closedByClient: Promise<void>
  /** Resolves when the response is over, whoever ended it. */
  readonly over: Promise<void>
}

/** What a behaviour has in hand. */
export interface FakeCall {
  readonly request: RecordedRequest
  readonly response: ServerResponse
  /** Sends, and resolves when it has left this process, or the client has. */
  write(data: string | Uint8Array): Promise<void>
  /** Closes the connection in mid-air; what was written before arrives. */
  hangUp(): void
  /** The same with a TCP reset. */
  reset(): void
  /** Waits, but not for longer than the client does. Resolves to whether it is still there. */
  wait(until: Promise<void>): Promise<boolean>
}

/** How the server answers one request. */
export type Behaviour = (call: FakeCall) => Promise<void> | void

export async function receiveCall(incoming: IncomingMessage, response: ServerResponse): Promise<FakeCall> {
  const parts: Buffer[] = []
  for await (const part of incoming) parts.push(part)
  const text = Buffer.concat(parts).toString()
  const closedByClient = Promise.withResolvers<void>()
  const over = Promise.withResolvers<void>()
  let hungUp = false
  let aborted = false
  response.on('error', () => {})
  response.on('close', () => {
    if (!response.writableFinished && !hungUp) {
      aborted = true
      closedByClient.resolve()
    }
    over.resolve()
  })
  return {
    request: {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: text === '' ? null : JSON.parse(text),
      get aborted() {
        return aborted
      },
      closedByClient: closedByClient.promise,
      over: over.promise,
    },
    response,
    write: (data) =>
      new Promise((resolve) => {
        if (response.destroyed) resolve()
        else response.write(data, () => resolve())
      }),
    hangUp() {
      hungUp = true
      response.destroy()
    },
    reset() {
      hungUp = true
      incoming.socket.resetAndDestroy()
    },
    async wait(until) {
      await Promise.race([until, over.promise])
      return !response.destroyed
    },
  }
}
