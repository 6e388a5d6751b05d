import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv4 } from 'node:net'

export interface NameServer extends AsyncDisposable {
  /** As Resolver.setServers takes it. */
  readonly address: string
  /** The names that were asked for, with the type: `A files.example.org`. */
  readonly questions: readonly string[]
}

const types: Readonly<Record<number, string>> = { 1: 'A', 28: 'AAAA' }
const codes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3 } as const

/** What to answer a question with: IPv4 addresses, or an error. null: no answer at all. */
export type Zone = (question: string) => readonly string[] | 'SERVFAIL' | 'NXDOMAIN' | null

/** A DNS server (RFC 1035) on a port of its own. Knows IPv4 addresses only; of another type there are none. */
export async function startNameServer(zone: Zone): Promise<NameServer> {
  const questions: string[] = []
  const socket = createSocket('udp4')
  socket.on('message', (query, client) => {
    const labels: string[] = []
    let at = 12
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.toString('latin1', at + 1, at + 1 + length))
      at += 1 + length
    }
    const question = `${types[query.readUInt16BE(at + 1)]} ${labels.join('.').toLowerCase()}`
    questions.push(question)
    const answer = zone(question)
    if (answer === null) return
    const addresses = typeof answer === 'string' ? [] : answer.filter(isIPv4)
    const header = Buffer.alloc(12)
    query.copy(header, 0, 0, 2)
    header.writeUInt16BE(0x8180 | codes[typeof answer === 'string' ? answer : 'NOERROR'], 2)
    header.writeUInt16BE(1, 4)
    header.writeUInt16BE(addresses.length, 6)
    const records = addresses.map((address) =>
      // A pointer to the question's name, type A, class IN, no time to live, four bytes.
      Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]),
    )
    const reply = Buffer.concat([header, query.subarray(12, at + 5), ...records])
    socket.send(reply, client.port, client.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions,
    async [Symbol.asyncDispose]() {
      const closed = once(socket, 'close')
      socket.close()
      await closed
    },
  }
}
