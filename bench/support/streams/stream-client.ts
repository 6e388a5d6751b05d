import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { StreamOrder, StreamReport } from './stream-order.ts'

type Done = Extract<StreamReport, { type: 'done' }>

export interface StreamClient extends AsyncDisposable {
  /** `onOpen` is called when every stream has had its first text. */
  run(order: StreamOrder, onOpen?: () => void): Promise<Done>
}

/** The client of client-process.ts; one order at a time. */
export function startStreamClient(): StreamClient {
  const child = fork(fileURLToPath(new URL('client-process.ts', import.meta.url)), {
    // JSON knows no NaN.
    serialization: 'advanced',
  })
  return {
    run(order, onOpen) {
      return new Promise((resolve, reject) => {
        const onExit = () => reject(new Error('The client process ended'))
        const onMessage = (message: StreamReport) => {
          if (message.type === 'open') return onOpen?.()
          child.off('message', onMessage).off('exit', onExit)
          resolve(message)
        }
        child.on('message', onMessage).on('exit', onExit)
        child.send(order)
      })
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }
}
