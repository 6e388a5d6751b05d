import { type ChildProcess, type ProcessOptions, startProcess } from '../app/boot-process.ts'
import type { Exit } from '../app/run-command.ts'

/** A worker that is started anew whenever it was killed. */
export interface Phoenix extends AsyncDisposable {
  /** Resolves when it has gone; the next one starts at once. */
  kill(): Promise<void>
  /** @throws where it ended by itself, with what it wrote */
  assertAlive(): void
  /** SIGTERM. */
  stop(): Promise<Exit>
}

export function startPhoenix(options: ProcessOptions): Phoenix {
  let failure: unknown
  const start = (): ChildProcess => {
    const child = startProcess(options)
    // A pattern that nothing matches: it rejects with the output when the process ends.
    child.wrote(/(?!)/).catch((error: unknown) => {
      if (child === current) failure = error
    })
    return child
  }
  let current = start()
  return {
    async kill() {
      const victim = current
      current = start()
      await victim.end('SIGKILL')
    },
    assertAlive() {
      if (failure) throw failure
    },
    stop: () => current.end('SIGTERM'),
    [Symbol.asyncDispose]: () => current[Symbol.asyncDispose](),
  }
}
