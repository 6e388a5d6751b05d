import { deltaPieces, longestDelta } from './delta-pieces.ts'
import { answerText } from './event-row.ts'
import type { Lease } from './lease.ts'
import type { ChatEvent } from './runs.ts'

/** An event before it has its place in the log. */
export type NewEvent = ChatEvent extends infer E
  ? E extends ChatEvent
    ? Omit<E, 'seq' | 'runId'>
    : never
  : never

/**
 * The log of a run that this process works on. Events stay in memory until it ends: followers read them
 * from here, each with no more than a cursor, and what a crash of the server took away is written again.
 */
export interface Journal {
  readonly lease: Lease
  /** The answer so far. */
  readonly text: string
  /** The seq of the last event, committed or not. */
  readonly last: number
  /** The seq of the last event that followers may see. */
  readonly committed: number
  /** Its last event is the run's. */
  readonly concluded: boolean
  /** It is no longer this process that writes the log. */
  readonly failed: boolean
  has(type: ChatEvent['type']): boolean
  append(event: NewEvent): void
  /** Resolves when everything appended so far is committed. @throws LeaseLostError */
  flush(): Promise<void>
  /** Committed events after `seq`, at most `limit`. */
  committedAfter(seq: number, limit: number): readonly ChatEvent[]
  /** For the appender: what is to be written, sealed against merging. */
  take(): readonly ChatEvent[]
  /** For the appender: the log is committed up to this seq, or was found to end there. */
  stored(seq: number): void
  /** The server may have lost commits: has the appender find out where the log ends. */
  recheck(): void
  fail(error: unknown): void
  /** The run ended: its last event was committed elsewhere. */
  conclude(event: NewEvent): void
}

export interface JournalHooks {
  /** There is something to write; `urgent` where somebody has waited for it: the first words of an answer. */
  dirty(journal: Journal, urgent: boolean): void
  /** There is something to read. */
  committed(): void
  failed(error: unknown): void
}

export function createJournal(lease: Lease, past: readonly ChatEvent[], hooks: JournalHooks): Journal {
  const events = [...past]
  const types = new Set(past.map((event) => event.type))
  let text = answerText(past)
  let stored = past.length
  // Never falls: what was committed once and lost in a crash is written again just as it was.
  let visible = past.length
  let sealed = past.length
  let concluded = false
  let failure: { readonly error: unknown } | undefined
  let waiting: { seq: number; resolve: () => void; reject: (error: unknown) => void }[] = []

  const numbered = (event: NewEvent) =>
    ({ ...event, seq: events.length + 1, runId: lease.runId }) as ChatEvent
  const add = (event: ChatEvent) => {
    const last = events.at(-1)
    const delta = event.type === 'AnswerDelta' ? event : null
    const open = delta && last?.type === 'AnswerDelta' && last.seq > sealed ? last : null
    if (delta && open && open.text.length + delta.text.length <= longestDelta) {
      events[events.length - 1] = { ...open, text: open.text + delta.text }
    } else events.push(event)
    types.add(event.type)
    text = event.type === 'AnswerDelta' ? text + event.text : event.type === 'AnswerReset' ? '' : text
  }

  const journal: Journal = {
    lease,
    get text() {
      return text
    },
    get last() {
      return events.length
    },
    get committed() {
      return visible
    },
    get concluded() {
      return concluded
    },
    get failed() {
      return failure !== undefined
    },
    has: (type) => types.has(type),
    append(event) {
      if (failure) throw failure.error
      const urgent = event.type === 'AnswerDelta' && text === ''
      if (event.type !== 'AnswerDelta') add(numbered(event))
      else for (const piece of deltaPieces(event.text)) add(numbered({ ...event, text: piece }))
      hooks.dirty(journal, urgent)
    },
    flush() {
      if (failure) return Promise.reject(failure.error)
      if (stored >= events.length) return Promise.resolve()
      hooks.dirty(journal, true)
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      waiting.push({ seq: events.length, resolve, reject })
      return promise
    },
    committedAfter: (seq, limit) => events.slice(seq, Math.min(visible, seq + limit)),
    take() {
      if (failure) return []
      sealed = events.length
      return events.slice(stored)
    },
    stored(seq) {
      stored = seq
      if (seq > visible) {
        visible = seq
        hooks.committed()
      }
      for (const each of waiting) if (each.seq <= seq) each.resolve()
      waiting = waiting.filter((each) => each.seq > seq)
      if (stored < events.length) hooks.dirty(journal, false)
    },
    recheck() {
      if (failure || concluded || stored === 0) return
      // To append the last event again changes nothing where it is there, and is refused where its forerunner is not.
      stored -= 1
      hooks.dirty(journal, false)
    },
    fail(error) {
      if (failure) return
      failure = { error }
      for (const each of waiting) each.reject(error)
      waiting = []
      hooks.failed(error)
    },
    conclude(event) {
      concluded = true
      sealed = events.length
      add(numbered(event))
      stored = visible = events.length
      hooks.committed()
    },
  }
  return journal
}
