import { execFile } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

/** What a program like `shared/tools/postgres` does to the server that its environment names. */
export interface PostgresTool {
  /** Started where it does not run. */
  url(): Promise<string>
  /** Ends it at once and starts it: it recovers from its log. */
  crash(): Promise<void>
  /** All sessions are cut. */
  restart(): Promise<void>
  /** Connections hang for so long, and none is closed. */
  freeze(ms: number): Promise<void>
}

export function postgresTool(program: string): PostgresTool {
  const call = async (command: string) => (await promisify(execFile)(program, [command])).stdout.trim()
  return {
    url: () => call('start'),
    crash: async () => void (await call('crash')),
    restart: async () => void (await call('restart')),
    async freeze(ms) {
      await call('freeze')
      // What the server was just starting has escaped the first.
      await call('freeze')
      try {
        await delay(ms)
      } finally {
        await call('thaw')
      }
    },
  }
}
