import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { progress } from './report.ts'
import type { VectorStatement } from './vector-statement.ts'

const folder = fileURLToPath(new URL('../mercurius', import.meta.url))

export interface MercuriusOptions {
  readonly databaseUrl: string
  /** Of the sessions. */
  readonly options: string
  readonly statement: VectorStatement
  /** The queries' vectors as the statement takes them, in base64. */
  readonly vectors: Readonly<Record<string, string>>
}

export interface Mercurius extends AsyncDisposable {
  readonly url: string
  readonly pid: number
}

/** The server of bench/mercurius, as a process of its own; its packages are installed where they are not there. */
export async function startMercurius(options: MercuriusOptions): Promise<Mercurius> {
  if (!existsSync(`${folder}/node_modules`)) {
    progress('Installing mercurius')
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'ignore' })
  }
  const child = fork(`${folder}/server.js`, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  child.send(options)
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.setEncoding('utf8').once('data', (text: string) => resolve(text.trim()))
    child.once('exit', (code) => reject(new Error(`mercurius ended with code ${code} before it was ready`)))
  })
  return {
    url,
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit')
      child.kill()
      await exited
    },
  }
}
