import { once } from 'node:events'
import { type Client, type ClientOptions, createClient } from 'graphql-ws'
import { expect } from 'vitest'
import WebSocket from 'ws'

/** The clients of one test: a well-behaved one, and a socket below the library for what it never does. */
export class SocketClients {
  readonly #url: string
  readonly #open = new Set<{ terminate(): void }>()

  constructor(url: string) {
    this.#url = `${url.replace('http', 'ws')}/graphql`
  }

  connect(authorization = 'Bearer gw_good', options: Partial<ClientOptions> = {}): Client {
    const client = createClient({
      url: this.#url,
      webSocketImpl: WebSocket,
      connectionParams: { authorization },
      retryAttempts: 0,
      ...options,
    })
    this.#open.add({ terminate: () => client.terminate() })
    return client
  }

  async raw(headers: Record<string, string> = {}): Promise<WebSocket> {
    const socket = new WebSocket(this.#url, 'graphql-transport-ws', { headers })
    this.#open.add(socket)
    await once(socket, 'open')
    return socket
  }

  async acknowledged(): Promise<WebSocket> {
    const socket = await this.raw({ authorization: 'Bearer gw_good' })
    send(socket, { type: 'connection_init' })
    expect(await next(socket)).toEqual({ type: 'connection_ack' })
    return socket
  }

  terminate(): void {
    for (const client of this.#open) client.terminate()
  }
}

export const send = (socket: WebSocket, message: object) => socket.send(JSON.stringify(message))
export const next = async (socket: WebSocket) => JSON.parse(String((await once(socket, 'message'))[0]))
export const closeCode = async (socket: WebSocket) => (await once(socket, 'close'))[0]
