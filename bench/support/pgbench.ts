import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { VectorStatement } from './vector-statement.ts'

export interface PgbenchRun {
  readonly databaseUrl: string
  /** Of the sessions. */
  readonly options: string
  /** The program, and words before its own arguments. */
  readonly command: readonly string[]
  readonly script: string
  readonly variables: Readonly<Record<string, string>>
  readonly prepared: boolean
  readonly clients: number
  readonly seconds: number
}

export interface PgbenchResult {
  readonly perSecond: number
  readonly meanMs: number
}

/** One process and one thread, as what it is compared with has. */
export async function runPgbench(run: PgbenchRun): Promise<PgbenchResult> {
  const [program = 'pgbench', ...before] = run.command
  const words = [
    ...['--no-vacuum', '--jobs=1', `--client=${run.clients}`, `--time=${run.seconds}`],
    ...[`--protocol=${run.prepared ? 'prepared' : 'extended'}`, '--file=-'],
    ...Object.entries(run.variables).map(([name, value]) => `--define=${name}=${value}`),
    run.databaseUrl,
  ]
  const child = spawn(program, [...before, ...words], {
    env: { ...process.env, PGOPTIONS: run.options },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  child.stdin.end(run.script)
  const [code] = (await once(child, 'close')) as [number | null]
  const number = (pattern: RegExp) => Number(pattern.exec(output)?.[1])
  const result = { perSecond: number(/^tps = ([\d.]+)/m), meanMs: number(/^latency average = ([\d.]+)/m) }
  if (code !== 0 || !(result.perSecond > 0)) throw new Error(`pgbench ended with code ${code}:\n${output}`)
  return result
}

/** Where the vectors of the queries lie: pgbench has variables for numbers, and each row is found by one. */
export const queryTable = 'bench_query'

/**
 * The statement as a script: each run takes the vector of another query, by its number, from a table. The other
 * parameters are variables that are the same each time.
 */
export function pgbenchScript(
  { text, values, vectorIndex }: VectorStatement,
  dimensions: number,
  queries: number,
): { script: string; variables: Record<string, string> } {
  const vector = `(SELECT embedding::halfvec(${dimensions}) FROM ${queryTable} WHERE id = :query)`
  const variables: Record<string, string> = {}
  const statement = text.replace(/\$(\d+)(::halfvec(?:\(\d+\))?)?/g, (whole, number: string, cast = '') => {
    const index = Number(number) - 1
    if (index === vectorIndex) return vector
    variables[`p${number}`] = String(values[index])
    return whole.includes('::') ? `:p${number}${cast}` : `:p${number}`
  })
  return { script: `\\set query random(1, ${queries})\n${statement.replace(/\s+/g, ' ')};\n`, variables }
}
