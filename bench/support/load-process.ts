/**
 * A client that costs next to nothing, as a process of its own: HTTP by hand over kept sockets, each of which sends its
 * next request when it has the answer. Node's own client costs several times as much as a small answer does on the server,
 * and the two share the cores.
 */
import { connect, type Socket } from 'node:net'

/** Sent by the parent. */
export interface LoadOrder {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Sent in turn. */
  readonly bodies: readonly string[]
  readonly connections: number
  readonly seconds: number
  /** What the body of each answer begins with: whatever else comes is a failure. */
  readonly expected: string
}

/** Sent back. */
export interface Load {
  /** Milliseconds of each request. */
  readonly times: readonly number[]
  readonly seconds: number
  /** Processor time of this process, in seconds. */
  readonly used: number
  readonly failure?: string
}

process.on('message', async (order: LoadOrder) => {
  const requests = order.bodies.map((body) => rawRequest(order, body))
  const times: number[] = []
  const { hostname, port } = new URL(order.url)
  const turn = { next: 0 }
  const before = process.cpuUsage()
  const began = performance.now()
  const until = began + order.seconds * 1_000
  const ends = Array.from({ length: order.connections }, () =>
    exchange(connect(Number(port), hostname).setNoDelay(true), { requests, turn, until, times, order }),
  )
  const failed = (await Promise.allSettled(ends)).find((end) => end.status === 'rejected')
  const { user, system } = process.cpuUsage(before)
  const load: Load = {
    times,
    seconds: (performance.now() - began) / 1_000,
    used: (user + system) / 1e6,
    ...(failed && { failure: String(failed.reason) }),
  }
  process.send?.(load)
})

function rawRequest({ url, headers }: LoadOrder, body: string): Buffer {
  const { host, pathname } = new URL(url)
  const all = {
    host,
    'content-type': 'application/json',
    ...headers,
    'content-length': Buffer.byteLength(body),
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return Buffer.from([`POST ${pathname} HTTP/1.1`, ...lines, '', body].join('\r\n'))
}

interface Exchange {
  readonly requests: readonly Buffer[]
  readonly turn: { next: number }
  readonly until: number
  readonly times: number[]
  readonly order: LoadOrder
}

/** One request after the other until the time is up. */
function exchange(socket: Socket, { requests, turn, until, times, order }: Exchange): Promise<void> {
  return new Promise((resolve, reject) => {
    let sent = 0
    let received = ''
    const send = () => {
      sent = performance.now()
      received = ''
      const request = requests[turn.next++ % requests.length]
      if (request) socket.write(request)
    }
    // As Latin-1 a character is a byte, which is what lengths are in.
    socket.setEncoding('latin1')
    socket.on('data', (part: string) => {
      received += part
      const body = bodyOf(received)
      if (body === null) return
      const now = performance.now()
      if (!body.startsWith(order.expected)) {
        socket.destroy()
        return reject(new Error(`The server answered ${received.slice(0, 1_000)}`))
      }
      times.push(now - sent)
      if (now < until) send()
      else {
        socket.destroy()
        resolve()
      }
    })
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('The server closed the connection')))
    socket.once('connect', send)
  })
}

/** Null until it is whole. */
function bodyOf(received: string): string | null {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return null
  const length = /\ncontent-length: (\d+)/i.exec(received.slice(0, end))?.[1]
  const body = received.slice(end + 4)
  if (length !== undefined) return body.length >= Number(length) ? body : null
  // Chunked. The first chunk's length stands before the text.
  return body.endsWith('\r\n0\r\n\r\n') ? body.slice(body.indexOf('\n') + 1) : null
}
