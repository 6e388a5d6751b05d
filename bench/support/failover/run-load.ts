import { createClient } from '../../../clients/typescript/client.ts'
import { GroundwireError } from '../../../clients/typescript/errors.ts'

/** One question and what became of it; times on the clock of performance.now(). */
export interface LoadRun {
  readonly began: number
  readonly ended: number
  /** Null where no text came. */
  readonly firstTextAt: number | null
  /** `completed`, or the code of the failure. */
  readonly outcome: string
  /** What the client read is what the answer is. */
  readonly whole: boolean
}

export interface Load {
  readonly runs: readonly LoadRun[]
  /** Starts no more runs, and resolves when those under way have ended. */
  stop(): Promise<void>
}

/** Keeps so many streams open, each run followed by another. */
export function startLoad(url: string, streams: number, question: string): Load {
  const client = createClient({ url })
  const runs: LoadRun[] = []
  let stopping = false

  const one = async (): Promise<LoadRun> => {
    const began = performance.now()
    let firstTextAt: number | null = null
    let text = ''
    let outcome = 'ended without an event'
    let whole = false
    try {
      for await (const event of client.chat({ question })) {
        if (event.__typename === 'AnswerDelta') {
          firstTextAt ??= performance.now()
          text += event.text
        }
        if (event.__typename === 'AnswerReset') text = ''
        if (event.__typename === 'RunFailed') outcome = event.failure.code
        if (event.__typename === 'RunCompleted') {
          outcome = 'completed'
          whole = event.run.answer?.text === text
        }
      }
    } catch (error) {
      outcome = error instanceof GroundwireError ? error.code : String(error)
    }
    return { began, ended: performance.now(), firstTextAt, outcome, whole }
  }
  const lane = async () => {
    while (!stopping) runs.push(await one())
  }
  const lanes = Array.from({ length: streams }, lane)
  return {
    runs,
    async stop() {
      stopping = true
      await Promise.all(lanes)
    },
  }
}
