import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface BenchProcess extends AsyncDisposable {
  /** What it prints when it is ready. */
  readonly url: string
  readonly pid: number
  /** From the start of the process until it took operations. */
  readonly startMs: number
  /** SIGTERM, and the wait for its end. @returns milliseconds that it took */
  stop(): Promise<number>
}

type Environment = Readonly<Record<string, string>>

/** What `npm start` runs, API and worker in one process, on a free port and on the database that `environment` names. */
export function startServer(
  environment: Environment,
  nodeOptions: readonly string[] = [],
): Promise<BenchProcess> {
  return startNode([...nodeOptions, ...startScript().words], /serves (\S+\/graphql)/, environment)
}

/** A process that serves and does not work. */
export function startApi(
  environment: Environment,
  nodeOptions: readonly string[] = [],
): Promise<BenchProcess> {
  return startNode(
    [...startFlags(), ...nodeOptions, 'src/main.ts', 'serve'],
    /serves (\S+\/graphql)/,
    environment,
  )
}

/** A process that works and does not serve. */
export function startWorker(
  environment: Environment,
  nodeOptions: readonly string[] = [],
): Promise<BenchProcess> {
  return startNode(
    [...startFlags(), ...nodeOptions, 'src/main.ts', 'worker'],
    /metrics at (\S+)/,
    environment,
  )
}

/** The embedding server of the benchmarks. */
export function startEmbeddings(dimensions: number, ...kind: 'clustered'[]): Promise<BenchProcess> {
  return startNode(['bench/support/embedding-endpoint.ts', String(dimensions), ...kind], /(http\S+)/, {})
}

/** A language model at the pace that is asked for, for the benchmark of streams. */
export function startPacedUpstream(): Promise<BenchProcess> {
  return startNode(['bench/support/streams/paced-upstream.ts'], /(http\S+)/, {})
}

/** A language model that can be killed and started again on its port; 0 takes a free one. */
export function startFailoverUpstream(
  port: number,
  text: string,
  { rate, firstMs }: { readonly rate: number; readonly firstMs: number },
): Promise<BenchProcess> {
  return startNode(['bench/support/failover/upstream-process.ts'], /(http\S+)/, {
    PORT: String(port),
    LLM_TEXT: text,
    LLM_RATE: String(rate),
    LLM_FIRST_MS: String(firstMs),
  })
}

/** Another: of questions among `count` clustered vectors. */
export function startMixture(count: number, dimensions: number): Promise<BenchProcess> {
  const words = ['bench/support/mixture-endpoint.ts', String(count), String(dimensions)]
  return startNode(words, /(http\S+)/, {})
}

async function startNode(
  words: readonly string[],
  ready: RegExp,
  environment: Environment,
): Promise<BenchProcess> {
  const began = performance.now()
  const child = spawn(process.execPath, words, {
    cwd: root,
    env: {
      ...process.env,
      ...startScript().environment,
      LOG_LEVEL: 'warn',
      HOST: '127.0.0.1',
      PORT: '0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const url = await addressOf(child, ready)
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

/** What the start script says: without npm, whose own process would be measured with it. */
function startScript(): { environment: Environment; words: string[] } {
  const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
    scripts: Record<'start', string>
  }
  const [before = '', after = ''] = scripts.start.split('exec node ')
  const variables = before.split(' ').filter(Boolean)
  return {
    environment: Object.fromEntries(variables.map((word) => word.split('=', 2) as [string, string])),
    words: after.split(' '),
  }
}

/** Node's flags among them. */
function startFlags(): string[] {
  const { words } = startScript()
  return words.slice(
    0,
    words.findIndex((word) => !word.startsWith('--')),
  )
}

/** The address that it prints once it is ready. */
function addressOf(child: ChildProcess, ready: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      text += part
      const address = ready.exec(text)?.[1]
      if (address) resolve(address)
    })
    child.on('error', reject)
    child.on('exit', (code) => reject(new Error(`A process ended with code ${code} before it was ready`)))
  })
}
