import { setTimeout as delay } from 'node:timers/promises'

/** A metric's samples on /metrics, by the text of their labels. */
export async function readMetric(graphqlUrl: string, name: string): Promise<Map<string, number>> {
  const text = await (await fetch(new URL('/metrics', graphqlUrl))).text()
  const sample = new RegExp(`^${name}(\\{[^}]*\\})? (\\S+)$`, 'gm')
  return new Map([...text.matchAll(sample)].map(([, labels = '', value]) => [labels, Number(value)]))
}

/** The server measures its queues every five seconds: what was queued just now shows after that. */
const measuredMs = 6_000

/** Waits until no job is queued or active: word statistics are folded a second after documents are READY. */
export async function untilIdle(graphqlUrl: string): Promise<void> {
  await delay(measuredMs)
  for (;;) {
    const depths = await readMetric(graphqlUrl, 'groundwire_queue_depth')
    if ([...depths.values()].every((depth) => depth === 0)) return
    await delay(1_000)
  }
}
