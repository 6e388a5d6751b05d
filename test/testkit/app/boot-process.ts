import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cleanEnvironment, type Exit, main } from './run-command.ts'
import { openSession, type Session } from './session.ts'

/** `groundwire …` in a process of its own. */
export interface ChildProcess extends AsyncDisposable {
  /** Resolves with what the pattern's first group matched in what it writes. @throws where it ends first */
  wrote(pattern: RegExp): Promise<string>
  /** Sends a signal and waits for the end. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<Exit>
  /** Sends a signal. */
  signal(signal: NodeJS.Signals): void
  readonly exited: Promise<Exit>
}

export interface ProcessOptions {
  readonly env: Readonly<Record<string, string>>
  /** @default serve --with-worker */
  readonly args?: readonly string[]
}

export function startProcess({ env, args = ['serve', '--with-worker'] }: ProcessOptions): ChildProcess {
  const child = spawn(process.execPath, [main, ...args], {
    env: cleanEnvironment({ PORT: '0', ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      for (const listener of listeners) listener()
    })
  }
  const exited = once(child, 'close').then(([code, signal]): Exit => ({ code, signal }))
  const end: ChildProcess['end'] = (signal) => {
    child.kill(signal)
    return exited
  }
  return {
    exited,
    end,
    signal: (signal) => void child.kill(signal),
    wrote(pattern) {
      const { promise, resolve, reject } = Promise.withResolvers<string>()
      const look = () => {
        const found = pattern.exec(output)
        if (found) resolve(found[1] ?? found[0])
      }
      listeners.add(look)
      look()
      void exited.then(({ code, signal }) => reject(new Error(`It ended with ${code ?? signal}:\n${output}`)))
      return promise
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) await end('SIGKILL')
    },
  }
}

/** One that serves, with its sessions. */
export interface TestProcess extends Session, ChildProcess {
  readonly origin: string
}

/** Resolves when it is ready. */
export async function bootProcess(options: ProcessOptions): Promise<TestProcess> {
  const child = startProcess(options)
  const origin = await child.wrote(/(?:serves|metrics at|GraphiQL) +(http:\/\/[\d.]+:\d+)/)
  return { ...openSession(origin), ...child, origin }
}
