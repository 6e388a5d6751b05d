import { once } from 'node:events'
import { WebSocket } from 'ws'
import { ChatStreamDocument } from '../../../clients/typescript/generated/graphql.ts'
import type { StreamConnection, StreamEvent, StreamListener } from './stream-connection.ts'

interface Message {
  readonly type: string
  readonly payload?: {
    readonly data?: { readonly chatStream: StreamEvent } | null
    readonly errors?: unknown
  }
}

const query = ChatStreamDocument.toString()

/** graphql-transport-ws by hand: one stream after the other on one socket. */
export async function connectSocket(url: string): Promise<StreamConnection> {
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws', {
    perMessageDeflate: false,
  })
  let listener: StreamListener | null = null
  let streams = 0
  const end = (failure: string | null) => {
    const ended = listener
    listener = null
    ended?.end(failure)
  }
  socket.on('close', (code) => end(`closed with ${code}`))
  socket.on('error', (error) => end(String(error)))
  await once(socket, 'open')
  socket.send('{"type":"connection_init"}')
  await once(socket, 'message')
  socket.on('message', (data) => {
    const { type, payload } = JSON.parse(String(data)) as Message
    if (type === 'next' && payload?.data) listener?.event(payload.data.chatStream)
    else if (type === 'ping') socket.send('{"type":"pong"}')
    else if (type === 'complete') end(null)
    else end(JSON.stringify(payload))
  })
  return {
    start(input, next) {
      listener = next
      streams += 1
      const payload = { query, variables: { input } }
      socket.send(JSON.stringify({ id: String(streams), type: 'subscribe', payload }))
    },
    cut() {
      listener = null
      socket.terminate()
    },
  }
}
