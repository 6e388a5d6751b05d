import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cleanEnvironment, type Exit, main } from './run-command.ts'
import { openSession, type Session } from './session.ts'

export interface TestProcess extends Session, AsyncDisposable {
  readonly origin: string
  readonly pid: number
  /** What it wrote so far. */
  output(): string
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

/** The real thing in a process of its own. Resolves when it is ready. @throws what it wrote, where it ends first */
export async function bootProcess({
  env,
  args = ['serve', '--with-worker'],
}: ProcessOptions): Promise<TestProcess> {
  const child = spawn(process.execPath, [main, ...args], {
    env: cleanEnvironment({ PORT: '0', ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const address = Promise.withResolvers<string>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      const [, url] = /(?:serves|metrics at) (http:\/\/[^/\s]+)/.exec(output) ?? []
      if (url) address.resolve(url)
    })
  }
  const exited = once(child, 'close').then(([code, signal]): Exit => ({ code, signal }))
  const origin = await Promise.race([
    address.promise,
    exited.then(({ code, signal }) => {
      throw new Error(`It ended with ${code ?? signal}:\n${output}`)
    }),
  ])
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    return exited
  }
  return {
    ...openSession(origin),
    origin,
    pid: child.pid ?? 0,
    output: () => output,
    exited,
    end,
    signal: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) await end('SIGKILL')
    },
  }
}
