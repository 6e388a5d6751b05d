import type { Data } from '../app/session.ts'
import { between, seededRandom } from '../chaos/random.ts'
import { followThrough } from './follow-through.ts'
import { questionOf } from './logbook.ts'
import type { Replicas } from './replicas.ts'
import { runFaults } from './run-faults.ts'

export interface StormDisturbance {
  readonly name: string
  /** When the model has sent this part of what all answers need, from 0 to 1. Those that come before have passed by then. */
  readonly moment: number
  happen(replicas: Replicas): Promise<void>
}

export interface StormOptions {
  readonly runs: number
  readonly seed: number
  readonly disturbances: readonly StormDisturbance[]
  readonly progress?: (text: string) => void
}

export interface StormResult {
  /** What does not hold. */
  readonly faults: readonly string[]
  readonly met: readonly { readonly name: string; readonly seconds: number; readonly ended: number }[]
  /** Requests that the model got. */
  readonly attempts: number
  /** How often a run was taken from a process that died, or stood still. */
  readonly takeovers: number
  /** Events that each follower saw, in all. */
  readonly events: number
  readonly connectionsLost: number
  /** The longest time that all followers together saw nothing. */
  readonly longestSilence: number
  readonly seconds: number
}

/** Pieces that an answer of the model consists of, at least. */
const piecesOfAnswer = 120

/** Asks all questions at once, half of them at each replica, and follows each twice while the storm goes on. */
export async function runStorm(replicas: Replicas, options: StormOptions): Promise<StormResult> {
  const { sessions, model, observer } = replicas
  const { runs, seed, disturbances, progress = () => {} } = options
  const began = performance.now()
  const tally = { ended: 0, events: 0, connectionsLost: 0, longestSilence: 0, last: began }
  const onEvent = () => {
    const now = performance.now()
    tally.longestSilence = Math.max(tally.longestSilence, now - tally.last)
    tally.last = now
    tally.events += 1
  }
  const onLoss = () => {
    tally.connectionsLost += 1
  }

  const play = async (number: number) => {
    const question = questionOf(number)
    const random = seededRandom(seed * 1_000 + number)
    const options = { random, onLoss }
    // Asked at one of them until its first event is there, then followed everywhere.
    const started = Promise.withResolvers<string>()
    const home = sessions[number % 2]
    let isStarted = false
    const asked = followThrough(
      { ask: { question, requestId: `storm-${number}` } },
      {
        ...options,
        sessions: () => (isStarted || !home ? sessions : [home]),
        onEvent(event: Data) {
          isStarted = true
          started.resolve(event.runId)
          onEvent()
        },
      },
    )
    asked.catch(started.reject)
    const input = { resume: { runId: await started.promise, afterSeq: 0 } }
    const most = (draw: () => number) => between(draw, 10, 80)
    const roamed = followThrough(input, { ...options, sessions: () => sessions, most, onEvent })
    const followers = await Promise.all([asked, roamed])
    tally.ended += 1
    return { question, followers }
  }
  const played = Promise.all(Array.from({ length: runs }, (_, number) => play(number)))

  const met: { name: string; seconds: number; ended: number }[] = []
  const blow = async () => {
    for (const { name, moment, happen } of disturbances) {
      await model.sent(Math.floor(moment * runs * piecesOfAnswer))
      const seconds = (performance.now() - began) / 1_000
      met.push({ name, seconds, ended: tally.ended })
      progress(`${seconds.toFixed(1)} s: ${name}, ${tally.ended} of ${runs} runs have ended`)
      await happen(replicas)
    }
  }
  const [followed] = await Promise.all([played, blow()])
  const seconds = (performance.now() - began) / 1_000
  const faults: string[] = []
  for (const each of followed) faults.push(...(await runFaults(observer, model, each)))
  const { rows } = await observer.see((pool) =>
    pool.query<{ takeovers: number }>('SELECT sum(takeovers)::int AS takeovers FROM run'),
  )
  return {
    faults,
    met,
    attempts: followed.reduce((sum, { question }) => sum + model.attempts(question).length, 0),
    takeovers: rows[0]?.takeovers ?? 0,
    events: tally.events,
    connectionsLost: tally.connectionsLost,
    longestSilence: tally.longestSilence / 1_000,
    seconds,
  }
}
