import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Load, LoadOrder } from './load-process.ts'

export interface LoadClient extends AsyncDisposable {
  /** @throws where an answer was not what it should have been */
  run(order: LoadOrder): Promise<Load>
}

/** The client of load-process.ts; one order at a time. */
export function startLoadClient(): LoadClient {
  const child = fork(fileURLToPath(new URL('load-process.ts', import.meta.url)))
  return {
    async run(order) {
      const answer = once(child, 'message')
      child.send(order)
      const [load] = (await answer) as [Load]
      if (load.failure !== undefined) throw new Error(load.failure)
      return load
    },
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }
}
