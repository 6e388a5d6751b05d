import { setTimeout as delay } from 'node:timers/promises'
import type { ChatStreamInput } from '../../../clients/typescript/generated/graphql.ts'
import { chatStream } from '../app/operations.ts'
import { type Data, type Result, type Session, transports, type WireError } from '../app/session.ts'
import { between } from '../chaos/random.ts'

export interface FollowOptions {
  /** Those that may be asked now; each connection is to one of them. */
  readonly sessions: () => readonly Session[]
  readonly random: () => number
  /** How many events it reads from one connection at most. @default no limit */
  readonly most?: (random: () => number) => number
  readonly onEvent?: (event: Data) => void
  /** Told of what ended a connection. */
  readonly onLoss?: (reason: unknown) => void
}

/** Codes with which a server says: not now. */
const passing: ReadonlySet<string> = new Set(['UNAVAILABLE'])
const last: ReadonlySet<string> = new Set(['RunCompleted', 'RunFailed', 'RunCancelled'])
/** Connections in a row that bring nothing. */
const patience = 400
const pauseMs = 50

/**
 * Follows a run to its end over as many connections, replicas and transports as that takes.
 * @throws where an event is missing, comes twice, or has errors
 */
export async function followThrough(start: ChatStreamInput, options: FollowOptions): Promise<Data[]> {
  const { sessions, random, most, onEvent, onLoss } = options
  const events: Data[] = []
  const first = start.resume?.afterSeq ?? 0
  let runId = start.resume?.runId
  for (let fruitless = 0; fruitless < patience; fruitless += 1) {
    const here = sessions()
    const session = here[between(random, 0, here.length)]
    const transport = transports[between(random, 0, transports.length)] ?? 'ws'
    const seen = events.length
    const limit = seen + (most?.(random) ?? Number.POSITIVE_INFINITY)
    const input = runId ? { resume: { runId, afterSeq: first + seen } } : start
    try {
      if (!session) throw new Error('No replica is there')
      for await (const result of session.subscribe(transport, chatStream, { input })) {
        const event = eventOf(result)
        if (event.seq !== first + events.length + 1) {
          throw new Error(`${event.seq} came after ${first + events.length} of run ${runId}`)
        }
        events.push(event)
        runId = event.runId
        onEvent?.(event)
        if (last.has(event.__typename)) return events
        if (events.length >= limit) break
      }
      if (events.length < limit) onLoss?.('completed')
    } catch (error) {
      refuseMistakes(error)
      onLoss?.(error)
      await delay(pauseMs)
    }
    if (events.length > seen) fruitless = 0
  }
  throw new Error(`Run ${runId} did not go on after event ${first + events.length}`)
}

class Refused extends Error {}

function eventOf({ data, errors = [] }: Result): Data {
  if (errors.length > 0) throw refusal(errors)
  return data.chatStream
}

/** An error of the protocol is an answer; only a lost connection is not. */
function refuseMistakes(error: unknown): void {
  if (Array.isArray(error)) throwUnlessPassing(refusal(error))
  // What a lost connection throws: graphql-ws an event, graphql-sse a NetworkError, ws an ErrorEvent.
  const { name, code } = error as { name?: string; code?: unknown }
  const isLoss = name === 'NetworkError' || typeof code === 'number' || 'type' in (error as object)
  if (error instanceof Error && !isLoss) throwUnlessPassing(error)
}

function throwUnlessPassing(error: Error): void {
  if (!(error instanceof Refused && passing.has(error.message))) throw error
}

function refusal(errors: readonly WireError[]): Error {
  const [error] = errors
  const code = error?.extensions.code ?? ''
  return passing.has(code) ? new Refused(code) : new Error(`${code}: ${error?.message} ${error?.path ?? ''}`)
}
