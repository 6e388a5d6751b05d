import { once } from 'node:events'
import WebSocket from 'ws'

/** What goes over one connection, a line each: → from the client, ← from the server. */
export interface Frames {
  readonly lines: AsyncGenerator<string, void, void>
  /** How the connection ended. */
  closed(): Promise<string>
}

/** A subscription by graphql-transport-ws, without a library of its own. */
export async function overSocket(url: string, payload: object): Promise<Frames> {
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws')
  const closed = once(socket, 'close').then(([code]) => `the socket closes with ${code}`)
  const lines: string[] = []
  let news = Promise.withResolvers<void>()
  const add = (line: string) => {
    lines.push(line)
    news.resolve()
    news = Promise.withResolvers()
  }
  const send = (message: object) => {
    add(`→ ${JSON.stringify(message)}`)
    socket.send(JSON.stringify(message))
  }
  let over = false
  socket.on('message', (data) => {
    add(`← ${String(data)}`)
    const { type } = JSON.parse(String(data)) as { type: string }
    if (type === 'connection_ack') send({ id: '1', type: 'subscribe', payload })
    if (type === 'complete' || type === 'error') {
      over = true
      socket.close()
      news.resolve()
    }
  })
  await once(socket, 'open')
  send({ type: 'connection_init' })
  async function* read() {
    for (let next = 0; ; ) {
      const line = lines[next]
      if (line !== undefined) {
        next += 1
        yield line
      } else if (over) return
      else await news.promise
    }
  }
  return { lines: read(), closed: () => closed }
}

/** The same by server-sent events, one operation a connection. */
export async function overEvents(url: string, payload: object): Promise<Frames> {
  const body = JSON.stringify(payload)
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' }
  const response = await fetch(url, { method: 'POST', headers, body })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  async function* read() {
    yield '→ POST /graphql'
    for (const [name, value] of Object.entries(headers)) yield `→ ${name}: ${value}`
    yield `→ ${body}`
    yield `← ${response.status} ${response.headers.get('content-type')}`
    let rest = ''
    for (;;) {
      const { value, done } = (await reader?.read()) ?? { value: undefined, done: true }
      if (done) return
      rest += value
      const events = rest.split('\n\n')
      rest = events.pop() ?? ''
      for (const event of events) yield event.replace(/^/gm, '← ')
    }
  }
  return {
    lines: read(),
    closed: async () => {
      try {
        while (!(await reader?.read())?.done);
        return 'the response ends'
      } catch {
        return 'the connection is cut in the middle of the response'
      }
    },
  }
}
