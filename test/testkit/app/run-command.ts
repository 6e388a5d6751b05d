import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export const main = join(import.meta.dirname, '../../../src/main.ts')

export interface Exit {
  /** Null where a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** Of the test run's own environment only what does not configure what is tested. */
export function cleanEnvironment(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'NODE_COMPILE_CACHE'].flatMap((name) => {
    const value = process.env[name]
    return value ? [[name, value]] : []
  })
  return { ...Object.fromEntries(kept), LOG_LEVEL: 'warn', ...env }
}

/** Runs `groundwire …` to its end. */
export async function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Exit & { stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [main, ...args], {
    env: cleanEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const read = async (stream: AsyncIterable<Buffer>) =>
    Buffer.concat(await Array.fromAsync(stream)).toString('utf8')
  const [stdout, stderr, [code, signal]] = await Promise.all([
    read(child.stdout),
    read(child.stderr),
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
  ])
  return { code, signal, stdout, stderr }
}
