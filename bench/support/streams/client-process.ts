/** Follows many streams at once and notes when what came, as a process of its own that does next to nothing else. */
import { setTimeout as delay } from 'node:timers/promises'
import { connectDirect, connectSse } from './connect-http.ts'
import { connectSocket } from './connect-socket.ts'
import { FollowedStream } from './follow-stream.ts'
import type { Connectors } from './stream-connection.ts'
import type { StreamOrder, StreamRecord, StreamReport } from './stream-order.ts'

const connectors: Connectors = { ws: connectSocket, sse: connectSse, direct: connectDirect }

process.on('message', async (order: StreamOrder) => {
  const before = process.cpuUsage()
  const began = performance.now()
  const records = await follow(order)
  const { user, system } = process.cpuUsage(before)
  report({
    type: 'done',
    records,
    used: (user + system) / 1e6,
    seconds: (performance.now() - began) / 1_000,
  })
})

function report(message: StreamReport): void {
  process.send?.(message)
}

async function follow(order: StreamOrder): Promise<StreamRecord[]> {
  const { streams, rampMs, repeatMs, cutAfterMs } = order
  const connect = connectors[order.transport]
  const until = performance.now() + rampMs + repeatMs
  const records: StreamRecord[] = []
  const following = new Set<FollowedStream>()
  const began = new Set<number>()
  let next = order.firstStream

  const slot = async (index: number) => {
    await delay((rampMs * index) / streams)
    let connection = await connect(order.url)
    do {
      const onFirstText = () => {
        if (began.size < streams && began.add(index).size === streams) report({ type: 'open' })
      }
      const stream = new FollowedStream(order, connect, connection, next, onFirstText)
      next += 1
      following.add(stream)
      records.push(await stream.run())
      following.delete(stream)
      connection = stream.connection
    } while (performance.now() < until)
    connection.cut()
  }
  const cutAll = async () => {
    if (cutAfterMs === undefined) return
    await delay(rampMs + cutAfterMs)
    const cut = [...following]
    for (const stream of cut) stream.cut()
    await Promise.all(cut.map((stream) => stream.resume()))
  }
  await Promise.all([cutAll(), ...Array.from({ length: streams }, (_, index) => slot(index))])
  return records
}
