import type { Database } from '../db/database.ts'
import { appendEvents } from '../db/sql/run-event.ts'
import { isDatabaseOutage } from '../lib/database-outage.ts'
import { mostUnflushed } from './cut-log.ts'
import { payloadOf } from './event-row.ts'
import type { Journal } from './journal.ts'
import { LeaseLostError } from './lease.ts'
import type { ChatEvent } from './runs.ts'

interface Batch {
  readonly journal: Journal
  readonly events: readonly ChatEvent[]
}

/** Commits the events of all local runs together: one statement for however many of them are streaming. */
export interface EventAppender {
  wake(journal: Journal, urgent: boolean): void
  stop(): void
}

export function createEventAppender(database: Database, coalesceMs: number): EventAppender {
  // Embedded, a crash of this process is one of the database, which flushes asynchronous commits at no
  // set time: there each commit waits. A server loses at most what its followers' process still remembers.
  const patient = database.kind === 'embedded'
  /** Events of each run that a crash of the server could take. */
  let unflushed = new WeakMap<Journal, number>()
  const dirty = new Set<Journal>()
  let timer: NodeJS.Timeout | undefined
  let soon: NodeJS.Immediate | undefined
  let writing = false
  let urgent = false
  let stopped = false
  let lastWrite = Number.NEGATIVE_INFINITY
  let outagePause = 0

  const begin = () => {
    clearTimeout(timer)
    clearImmediate(soon)
    timer = soon = undefined
    urgent = false
    writing = true
    lastWrite = performance.now()
    void writeAll().finally(() => {
      writing = false
      schedule()
    })
  }

  const schedule = () => {
    if (writing || stopped || dirty.size === 0) return
    // The first delta after a pause goes at once, too.
    const wait = outagePause || (urgent ? 0 : Math.max(0, lastWrite + coalesceMs - performance.now()))
    // A timer takes a millisecond at the least.
    if (wait === 0) soon ??= setImmediate(begin)
    else timer ??= setTimeout(begin, wait)
  }

  const writeAll = async () => {
    const journals = [...dirty]
    dirty.clear()
    try {
      await write(journals)
      outagePause = 0
    } catch (error) {
      if (isDatabaseOutage(error)) {
        outagePause = Math.min(1_000, outagePause * 2 || 50)
        for (const journal of journals) dirty.add(journal)
        return
      }
      // One run's bad event must not fail the others.
      const [only] = journals
      if (journals.length === 1 && only) return only.fail(error)
      for (const journal of journals) await write([journal]).catch((cause: unknown) => journal.fail(cause))
    }
  }

  const unflushedAfter = ({ journal, events }: Batch) => (unflushed.get(journal) ?? 0) + events.length

  const write = async (journals: readonly Journal[]) => {
    const batches = journals.map((journal) => ({ journal, events: journal.take() }))
    const rows = batches.flatMap(({ journal, events }) => events.map((event) => ({ journal, event })))
    if (rows.length === 0) return
    const flush = patient || batches.some((each) => unflushedAfter(each) > mostUnflushed)
    const appended = await appendEvents(
      database.pool,
      rows.map(({ journal }) => journal.lease.runId),
      rows.map(({ journal }) => journal.lease.token),
      rows.map(({ event }) => event.seq),
      rows.map(({ event }) => event.type),
      rows.map(({ event }) => payloadOf(event)),
      flush ? null : 'off',
    )
    // A commit that waits takes with it to the disk whatever was committed before.
    if (flush) unflushed = new WeakMap()
    else for (const each of batches) unflushed.set(each.journal, unflushedAfter(each))
    const byRun = new Map(appended.map((row) => [row.run_id, row]))
    for (const { journal, events } of batches) {
      if (events.length === 0) continue
      const row = byRun.get(journal.lease.runId)
      if (row) journal.stored(row.last)
      else journal.fail(new LeaseLostError(journal.lease.runId))
    }
  }

  return {
    wake(journal, isUrgent) {
      dirty.add(journal)
      urgent ||= isUrgent
      schedule()
    },
    stop() {
      stopped = true
      clearTimeout(timer)
      clearImmediate(soon)
    },
  }
}
