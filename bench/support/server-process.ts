import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface ServerProcess extends AsyncDisposable {
  /** The GraphQL endpoint. */
  readonly url: string
  readonly pid: number
  /** From the start of the process until it took operations. */
  readonly startMs: number
  /** SIGTERM, and the wait for its end. @returns milliseconds that it took */
  stop(): Promise<number>
}

/** What `npm start` runs, on a free port and on the database that `environment` names. */
export async function startServer(
  environment: Readonly<Record<string, string>>,
  nodeOptions: readonly string[] = [],
): Promise<ServerProcess> {
  const began = performance.now()
  const child = spawn(process.execPath, [...nodeOptions, ...startArguments()], {
    cwd: root,
    env: { ...process.env, LOG_LEVEL: 'warn', HOST: '127.0.0.1', PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const url = await addressOf(child)
  const startMs = performance.now() - began
  let stopped: Promise<number> | undefined
  const stop = async () => {
    const stopping = performance.now()
    child.kill('SIGTERM')
    await exited
    return performance.now() - stopping
  }
  const stopOnce = () => {
    stopped ??= child.exitCode === null && child.signalCode === null ? stop() : Promise.resolve(0)
    return stopped
  }
  return {
    url,
    pid: child.pid ?? 0,
    startMs,
    stop: stopOnce,
    [Symbol.asyncDispose]: async () => void (await stopOnce()),
  }
}

/** Node's arguments in the script: without npm, whose own process would be measured with it. */
function startArguments(): string[] {
  const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
    scripts: Record<'start', string>
  }
  const [, ...words] = scripts.start.replace(/^exec /, '').split(' ')
  return words
}

/** The address that it prints once it takes operations. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      text += part
      const address = /serves (\S+\/graphql)/.exec(text)?.[1]
      if (address) resolve(address)
    })
    child.on('error', reject)
    child.on('exit', (code) => reject(new Error(`The server ended with code ${code} before it served`)))
  })
}
