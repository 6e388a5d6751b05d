import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Stands between a process and a server, which it can take away and give back. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number
  /** Cuts every connection, and refuses new ones by cutting them. */
  cut(): void
  /** Lets nothing through any more, and closes nothing. */
  freeze(): void
  /** Lets everything through again, what was held back included. */
  heal(): void
}

export async function startTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let state: 'open' | 'cut' | 'frozen' = 'open'
  const server = createServer((near) => {
    near.on('error', () => {})
    if (state === 'cut') return void near.destroy()
    const far = connect(target.port, target.host)
    const pair = [near, far] as const
    pairs.add(pair)
    far.on('error', () => {})
    for (const [one, other] of [pair, [far, near] as const]) {
      one.on('data', (bytes) => void other.write(bytes))
      one.on('close', () => {
        other.destroy()
        pairs.delete(pair)
      })
    }
    if (state === 'frozen') for (const each of pair) each.pause()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const each = (act: (socket: Socket) => void) => {
    for (const pair of pairs) pair.forEach(act)
  }
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      state = 'cut'
      each((socket) => void socket.destroy())
    },
    freeze() {
      state = 'frozen'
      each((socket) => void socket.pause())
    },
    heal() {
      state = 'open'
      each((socket) => void socket.resume())
    },
    async [Symbol.asyncDispose]() {
      each((socket) => void socket.destroy())
      server.close()
      await once(server, 'close')
    },
  }
}
