import { setTimeout as delay } from 'node:timers/promises'
import { type ChildProcess, type ProcessOptions, startProcess } from '../app/boot-process.ts'
import type { Exit } from '../app/run-command.ts'

/** A worker that is started anew whenever it was killed, as a supervisor does. */
export interface Phoenix extends AsyncDisposable {
  /** Resolves when it has gone; the next one starts at once. */
  kill(): Promise<void>
  /** Rejects where it ends by itself after it was ready. Before that it may: a database can be away when it starts. */
  readonly fallen: Promise<never>
  /** SIGTERM. */
  stop(): Promise<Exit>
}

const ready = /metrics at/
const restartMs = 500

/** Resolves when the first one is ready. */
export async function startPhoenix(options: ProcessOptions): Promise<Phoenix> {
  const { promise: fallen, reject } = Promise.withResolvers<never>()
  fallen.catch(() => {})
  let current: ChildProcess
  let stopping = false
  const start = (): Promise<unknown> => {
    const child = startProcess(options)
    current = child
    const isWanted = () => child === current && !stopping
    const ended = child.wrote(ready).then(
      // A pattern that nothing matches: it rejects with the output when the process ends.
      () => child.wrote(/(?!)/).catch((error: unknown) => isWanted() && reject(error)),
      () => delay(restartMs).then(() => isWanted() && start()),
    )
    ended.catch(() => {})
    return child.wrote(ready)
  }
  const startLater = () => void start().catch(() => {})
  await start()
  return {
    async kill() {
      const victim = current
      startLater()
      await victim.end('SIGKILL')
    },
    fallen,
    stop() {
      stopping = true
      return current.end('SIGTERM')
    },
    async [Symbol.asyncDispose]() {
      stopping = true
      await current[Symbol.asyncDispose]()
    },
  }
}
