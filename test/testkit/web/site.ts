import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { certificate, privateKey } from './certificate.ts'

export interface Site extends AsyncDisposable {
  readonly host: string
  readonly port: number
  /** Its origin with a name or address of the test's choice. */
  at(host: string): string
  /** Those that arrived, in order. */
  readonly requests: readonly IncomingMessage[]
  /** How many connections were made, with or without a request. */
  readonly connections: number
}

async function open(
  server: Server,
  { host, scheme }: { host: string; scheme: string },
  requests: readonly IncomingMessage[] = [],
): Promise<Site> {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    host,
    port,
    at: (name) => `${scheme}://${name}:${port}`,
    requests,
    get connections() {
      return connections
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** An HTTP server on a loopback address. */
export function startSite(
  respond: (request: IncomingMessage, response: ServerResponse) => void,
  host = '127.0.0.1',
): Promise<Site> {
  const requests: IncomingMessage[] = []
  return open(createServer(record(requests, respond)), { host, scheme: 'http' }, requests)
}

/** The same with the certificate of files.example.org. `names` gets what clients ask for by SNI. */
export function startSecureSite(respond: RequestListener, names: string[] = []): Promise<Site> {
  const requests: IncomingMessage[] = []
  const server = createTlsServer({ cert: certificate, key: privateKey }, record(requests, respond))
  server.on('secureConnection', ({ servername }) => names.push(String(servername)))
  server.on('tlsClientError', () => {})
  return open(server, { host: '127.0.0.1', scheme: 'https' }, requests)
}

/** A server that does with each connection what the test says: HTTP that no library would write. */
export function startRawSite(serve: (socket: Socket) => void, scheme = 'http'): Promise<Site> {
  return open(createTcpServer(serve), { host: '127.0.0.1', scheme })
}

/** Sends this, byte for byte, when a request arrives, and closes. */
export function raw(...answer: readonly string[]): (socket: Socket) => void {
  return (socket) => void socket.once('data', () => socket.end(answer.join('\r\n')))
}

function record(requests: IncomingMessage[], respond: RequestListener): RequestListener {
  return (request, response) => {
    requests.push(request)
    response.on('error', () => {})
    respond(request, response)
  }
}
