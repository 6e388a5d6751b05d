import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A balancer that can be told to break connections. */
export interface CuttingProxy extends AsyncDisposable {
  /** As the server's own, without a path. */
  readonly origin: string
  /** How many connections were made. */
  readonly connections: number
  /** Breaks all that are open, in mid-air. */
  cut(): void
}

/** Each connection goes to the next of the origins; where that one is not there, it breaks. */
export async function startCuttingProxy(origins: readonly string[]): Promise<CuttingProxy> {
  const open = new Set<Socket>()
  let connections = 0
  const server = createServer((near) => {
    const { hostname, port } = new URL(origins[connections % origins.length] ?? '')
    connections += 1
    const far = connect(Number(port), hostname)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one)
      one.on('error', () => {})
      one.on('close', () => {
        open.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const socket of open) socket.resetAndDestroy()
  }
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections
    },
    cut,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      cut()
      await closed
    },
  }
}
