import { bootProcess, type ProcessOptions, type TestProcess } from '../app/boot-process.ts'
import type { Exit } from '../app/run-command.ts'
import type { Session } from '../app/session.ts'

/** A server process that can be started again at its address, as a supervisor does. */
export interface Replica extends AsyncDisposable {
  readonly session: Session
  readonly origin: string
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<Exit>
  /** Where it has ended; resolves when it serves again. */
  start(): Promise<void>
  /** To the process as it is, such as SIGSTOP. */
  signal(signal: NodeJS.Signals): void
}

export async function startReplica(env: ProcessOptions['env']): Promise<Replica> {
  const args = ['serve']
  let current: TestProcess = await bootProcess({ env, args })
  const { origin } = current
  const start = async (): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        current = await bootProcess({ env: { ...env, PORT: new URL(origin).port }, args })
        return
      } catch (error) {
        // The database may be away when it starts.
        if (attempt === startAttempts) throw error
      }
    }
  }
  return {
    session: current,
    origin,
    end: (signal) => current.end(signal),
    start,
    signal: (signal) => current.signal(signal),
    [Symbol.asyncDispose]: async () => current[Symbol.asyncDispose](),
  }
}

const startAttempts = 20
