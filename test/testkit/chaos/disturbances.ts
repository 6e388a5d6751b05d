import { execFile } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type ChildProcess, type ProcessOptions, startProcess } from '../app/boot-process.ts'
import { between, seededRandom } from './random.ts'

/** Something that happens to an ingestion, and when: so long after a step was sent. */
export interface Disturbance {
  readonly afterStep: number
  readonly delayMs: number
  /** What it is, for the report. */
  readonly name: string
  happen(): Promise<void>
}

/** A worker that is started anew whenever it was killed. */
export interface Phoenix extends AsyncDisposable {
  kill(): Promise<void>
  /** @throws where it ended by itself */
  assertAlive(): void
  /** SIGTERM. @returns how it ended */
  stop(): Promise<{ code: number | null }>
}

export function startPhoenix(options: ProcessOptions): Phoenix {
  let current: ChildProcess
  let ended: unknown = null
  const start = () => {
    const child = startProcess(options)
    void child.exited.then((exit) => {
      if (current === child) ended = exit
    })
    // What it wrote is in the error.
    child.wrote(/(?!)/).catch((error: unknown) => {
      if (current === child) ended = error
    })
    current = child
    return child
  }
  current = start()
  return {
    async kill() {
      const victim = current
      const killed = victim.end('SIGKILL')
      start()
      await killed
    },
    assertAlive() {
      if (ended !== null) throw new Error('The worker ended by itself', { cause: ended })
    },
    stop: () => current.end('SIGTERM'),
    [Symbol.asyncDispose]: () => current[Symbol.asyncDispose](),
  }
}

/** Seeded moments, spread over the steps. */
export function moments(
  count: number,
  steps: number,
  seed: number,
  maxDelayMs = 400,
): { afterStep: number; delayMs: number }[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => ({
    afterStep: between(random, 0, steps),
    delayMs: between(random, 0, maxDelayMs),
  })).sort((a, b) => a.afterStep - b.afterStep || a.delayMs - b.delayMs)
}

/** Those of one step come one after the other. */
export function createDisturber(disturbances: readonly Disturbance[]) {
  let tail = Promise.resolve()
  return {
    onStep(step: number): void {
      const due = disturbances.filter(({ afterStep }) => afterStep === step)
      if (due.length === 0) return
      tail = tail.then(async () => {
        for (const { delayMs, happen } of due) {
          await delay(delayMs)
          await happen()
        }
      })
      tail.catch(() => {})
    },
    /** Resolves when all that are due have happened. */
    over: () => tail,
  }
}

const run = promisify(execFile)

/** What `shared/tools/postgres` can do to the server that its environment names. */
export function postgresTool(tool: string) {
  const call = async (...args: string[]) => (await run(tool, args)).stdout.trim()
  return {
    url: () => call('start'),
    crash: async () => void (await call('crash')),
    restart: async () => void (await call('restart')),
    async freeze(ms: number) {
      await call('freeze')
      await delay(ms)
      await call('thaw')
    },
  }
}
