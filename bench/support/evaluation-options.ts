import { parseArgs } from 'node:util'
import { RetrievalMode } from '../../clients/typescript/generated/graphql.ts'
import { endpointUrl } from '../../src/cli/endpoint-url.ts'
import type { EvaluationOptions } from './evaluate-set.ts'
import { type Measure, measures } from './evaluation-run.ts'

/** A command line that asks for nothing that the program does: told in one line, and how to ask. */
export class UsageError extends Error {}

export interface EvaluationCommand extends EvaluationOptions {
  readonly help: boolean
  /** Compare two saved runs instead of scoring. */
  readonly compare: boolean
  /** Folders, or with `compare` two files. */
  readonly paths: readonly string[]
  readonly database: string | null
  /** Servers that are up; empty: one is started. */
  readonly urls: readonly string[]
  readonly apiKey: string | undefined
  readonly modes: readonly RetrievalMode[]
  readonly measure: Measure
  readonly split: string
  readonly rounds: number
  readonly seed: number
  readonly json: string | undefined
}

const options = {
  database: { type: 'string' },
  url: { type: 'string', multiple: true },
  'api-key': { type: 'string' },
  mode: { type: 'string', default: 'LEXICAL' },
  split: { type: 'string', default: 'test' },
  'drop-same-id': { type: 'boolean', default: false },
  compare: { type: 'boolean', default: false },
  measure: { type: 'string', default: 'nDCG@10' },
  rounds: { type: 'string', default: '10000' },
  seed: { type: 'string', default: '1' },
  concurrency: { type: 'string', default: '2' },
  queries: { type: 'string' },
  latency: { type: 'string', default: '1000' },
  json: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

/** @throws UsageError */
export function evaluationCommand(words: readonly string[]): EvaluationCommand {
  const { values, positionals } = parsed(words)
  const command = {
    help: values.help,
    compare: values.compare,
    paths: positionals,
    database: values.database ?? null,
    urls: (values.url ?? []).map(serverUrl),
    apiKey: values['api-key'] ?? process.env.GROUNDWIRE_API_KEY,
    modes: [...new Set(values.mode.split(',').map(retrievalMode))],
    measure: measureNamed(values.measure),
    split: values.split,
    dropSameId: values['drop-same-id'],
    rounds: count('rounds', values.rounds, 100),
    seed: count('seed', values.seed, 0),
    concurrency: count('concurrency', values.concurrency, 1),
    queries: values.queries === undefined ? Number.POSITIVE_INFINITY : count('queries', values.queries, 1),
    latency: count('latency', values.latency, 0),
    json: values.json,
  }
  if (command.compare && positionals.length !== 2) {
    throw new UsageError('--compare takes two files that --json wrote: the one before, then the one after')
  }
  if (command.database && command.urls.length > 0) {
    throw new UsageError('--database is for the server that is started here, --url for one that is up')
  }
  return command
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], allowPositionals: true, options })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function serverUrl(url: string): string {
  if (!/^https?:/.test(url) || !URL.canParse(url)) throw new UsageError(`--url ${url} is no http URL`)
  return endpointUrl(url)
}

function retrievalMode(name: string): RetrievalMode {
  const mode = Object.values(RetrievalMode).find((each) => each === name.trim().toUpperCase())
  if (mode) return mode
  throw new UsageError(`--mode is one or more of ${Object.values(RetrievalMode).join(', ')}, not ${name}`)
}

function measureNamed(name: string): Measure {
  const measure = measures.find((each) => each.toLowerCase() === name.toLowerCase())
  if (measure) return measure
  throw new UsageError(`--measure is one of ${measures.join(', ')}, not ${name}`)
}

function count(option: string, text: string, least: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least) return value
  throw new UsageError(`--${option} is a number of at least ${least}, not ${text}`)
}
