import type pg from 'pg'
import { readEvents } from '../db/sql/run-event.ts'
import { eventOf } from './event-row.ts'
import type { ChatEvent } from './runs.ts'

const page = 1_000

/** All events of a run that are committed. */
export async function readLog(pool: pg.Pool, runId: string): Promise<ChatEvent[]> {
  const log: ChatEvent[] = []
  for (;;) {
    const rows = await readEvents(pool, runId, log.length, page)
    log.push(...rows.map((row) => eventOf(runId, row)))
    if (rows.length < page) return log
  }
}
