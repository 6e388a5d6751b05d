import { isIP } from 'node:net'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { type EmbeddingConfig, readEmbeddingConfig } from './config/embedding-config.ts'
import {
  httpUrl,
  httpUrls,
  integer,
  oneOf,
  optional,
  readVariables,
  secret,
  text,
} from './config/variable-types.ts'

const variables = {
  PORT: integer(0, 65_535),
  HOST: text,
  DATABASE_URL: optional(
    z.url({
      protocol: /^postgres(ql)?$/,
      error: 'must be an address such as postgresql://user@host/database',
    }),
  ),
  DATA_DIR: text,
  LLM_BASE_URL: httpUrls,
  LLM_MODEL: text,
  LLM_API_KEY: secret,
  LLM_MODELS: text,
  LLM_MAX_TOKENS: integer(1, 1_000_000),
  LLM_CONTEXT_TOKENS: integer(512, 10_000_000),
  LLM_MAX_CONCURRENCY: integer(1, 100_000),
  RERANK_BASE_URL: optional(httpUrl),
  RERANK_MODEL: text,
  RERANK_API_KEY: secret,
  RUN_GRACE_SECONDS: integer(5, 86_400),
  AUTH: oneOf('open', 'keys'),
  SOCKETS_PER_KEY: integer(1, 1_000_000),
  LOG_LEVEL: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
  GROUNDWIRE_URL: optional(httpUrl),
  GROUNDWIRE_API_KEY: secret,
  OTEL_EXPORTER_OTLP_ENDPOINT: text,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: text,
  OTEL_SDK_DISABLED: text,
  OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: text,
} as const

type Variable = keyof typeof variables

export type DatabaseConfig =
  | { readonly kind: 'embedded'; readonly directory: string }
  | { readonly kind: 'server'; readonly url: string }

export interface UpstreamConfig {
  readonly model: string
  readonly apiKey: string | null
}

export type LlmConfig =
  | { readonly kind: 'extractive' }
  | ({
      readonly kind: 'openai'
      readonly baseUrls: readonly string[]
      /** Requests that one address may have at once; beyond, new generations are refused. @default 4096 */
      readonly maxConcurrency?: number
      /** What a request may choose from, `model` among them. @default only `model` */
      readonly models?: readonly string[]
      /** The longest answer, and its length where a request says nothing. @default the server's, at most 4096 on request */
      readonly maxTokens?: number
      /** Of prompt and answer together. @default what the server accepts */
      readonly contextTokens?: number
    } & UpstreamConfig)

export type RerankConfig =
  | { readonly kind: 'none' }
  | ({ readonly kind: 'openai'; readonly baseUrl: string } & UpstreamConfig)

export interface Config {
  readonly host: string
  readonly port: number
  readonly database: DatabaseConfig
  readonly llm: LlmConfig
  readonly embedding: EmbeddingConfig
  /** The model that workspaces are to change to (docs/EMBEDDINGS.md). */
  readonly nextEmbedding: EmbeddingConfig
  readonly rerank: RerankConfig
  /** How long an answer goes on that nobody follows any more. */
  readonly runGraceMs: number
  /** `open`: whoever reaches the port may do everything; only on a loopback address. */
  readonly auth: 'open' | 'keys'
  /** Connections that stream, of one API key at a time in one process. */
  readonly socketsPerKey: number
  readonly logLevel: string
  /** The server that the commands ingest, ask and retrieve talk to. */
  readonly client: { readonly url: string; readonly apiKey: string | undefined }
  readonly tracing: { readonly export: boolean; readonly captureContent: boolean }
}

/** Every mistake of the environment at once, one per line. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true
  return isIP(host) === 4 && host.startsWith('127.')
}

/** The only reader of the environment. @throws ConfigError naming every variable that is wrong. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const problems: string[] = []
  const e = readVariables(env, variables, problems)
  const given = (name: Variable) => Boolean(env[name]?.trim())
  /** Where `because` is set, reports each of `names` that is missing. */
  const need = (because: Variable, names: readonly Variable[]) => {
    if (!given(because)) return
    for (const name of names) if (!given(name)) problems.push(`${name}: needed where ${because} is set`)
  }
  need('LLM_BASE_URL', ['LLM_MODEL'])
  need('LLM_MODEL', ['LLM_BASE_URL'])
  for (const name of ['LLM_MODELS', 'LLM_MAX_TOKENS', 'LLM_CONTEXT_TOKENS'] as const)
    need(name, ['LLM_BASE_URL'])
  need('LLM_MAX_CONCURRENCY', ['LLM_BASE_URL'])
  need('RERANK_BASE_URL', ['RERANK_MODEL'])
  need('RERANK_MODEL', ['RERANK_BASE_URL'])
  if (!given('RERANK_MODEL')) need('RERANK_API_KEY', ['RERANK_BASE_URL'])

  let llm: LlmConfig = { kind: 'extractive' }
  if (e.LLM_BASE_URL) {
    llm = {
      kind: 'openai',
      baseUrls: e.LLM_BASE_URL,
      model: e.LLM_MODEL ?? '',
      apiKey: e.LLM_API_KEY ?? null,
      ...(e.LLM_MODELS !== undefined && { models: namesIn(`${e.LLM_MODEL},${e.LLM_MODELS}`) }),
      ...(e.LLM_MAX_TOKENS !== undefined && { maxTokens: e.LLM_MAX_TOKENS }),
      ...(e.LLM_CONTEXT_TOKENS !== undefined && { contextTokens: e.LLM_CONTEXT_TOKENS }),
      ...(e.LLM_MAX_CONCURRENCY !== undefined && { maxConcurrency: e.LLM_MAX_CONCURRENCY }),
    }
  }

  const embedding = readEmbeddingConfig(env, 'EMBEDDING', problems)
  const nextEmbedding = readEmbeddingConfig(env, 'EMBEDDING_NEXT', problems)
  if (nextEmbedding.kind !== 'none' && isDeepStrictEqual(modelOf(nextEmbedding), modelOf(embedding))) {
    problems.push(
      'EMBEDDING_NEXT_MODEL: is the model in use already: a model to change to has another name or size',
    )
  }

  let rerank: RerankConfig = { kind: 'none' }
  if (e.RERANK_BASE_URL) {
    rerank = {
      kind: 'openai',
      baseUrl: e.RERANK_BASE_URL,
      model: e.RERANK_MODEL ?? '',
      apiKey: e.RERANK_API_KEY ?? null,
    }
  }

  const host = e.HOST ?? '127.0.0.1'
  const auth = e.AUTH ?? (isLoopback(host) ? 'open' : 'keys')
  if (auth === 'open' && !isLoopback(host)) {
    problems.push(`AUTH: open is only for a loopback address, and HOST is ${host}; set AUTH=keys`)
  }
  if (problems.length > 0) throw new ConfigError(problems)

  return {
    host,
    port: e.PORT ?? 4000,
    database: e.DATABASE_URL
      ? { kind: 'server', url: e.DATABASE_URL }
      : { kind: 'embedded', directory: e.DATA_DIR ?? './.groundwire' },
    llm,
    embedding,
    nextEmbedding,
    rerank,
    runGraceMs: (e.RUN_GRACE_SECONDS ?? 60) * 1_000,
    auth,
    socketsPerKey: e.SOCKETS_PER_KEY ?? 1_000,
    logLevel: e.LOG_LEVEL ?? 'info',
    client: { url: e.GROUNDWIRE_URL ?? 'http://127.0.0.1:4000', apiKey: e.GROUNDWIRE_API_KEY },
    tracing: {
      export:
        e.OTEL_SDK_DISABLED !== 'true' &&
        Boolean(e.OTEL_EXPORTER_OTLP_ENDPOINT ?? e.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT),
      captureContent: e.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT === 'true',
    },
  }
}

/** Separated by commas, each once. */
function namesIn(list: string): readonly string[] {
  return [...new Set(list.split(',').map((name) => name.trim()))].filter((name) => name !== '')
}

/** What makes vectors comparable: where it is served does not. */
function modelOf(config: EmbeddingConfig): readonly unknown[] {
  if (config.kind === 'none') return []
  const { kind, model, dimensions, prefixes } = config
  return [kind, model, dimensions, prefixes.passage, kind === 'local' && config.weights]
}
