import { isIP } from 'node:net'
import { z } from 'zod'

const blankAsAbsent = (value: unknown) =>
  typeof value === 'string' && value.trim() === '' ? undefined : value
const text = z.preprocess(blankAsAbsent, z.string().trim().optional())
const integer = (min: number, max: number) =>
  z.preprocess(blankAsAbsent, z.coerce.number().int().min(min).max(max).optional())
const baseUrl = z.preprocess(blankAsAbsent, z.url({ protocol: /^https?$/ }).optional())

const environment = z.object({
  PORT: integer(0, 65_535),
  HOST: text,
  DATABASE_URL: z.preprocess(blankAsAbsent, z.url({ protocol: /^postgres(ql)?$/ }).optional()),
  DATA_DIR: text,
  LLM_BASE_URL: z.preprocess(
    blankAsAbsent,
    z
      .string()
      .transform((list) => list.split(',').map((url) => url.trim()))
      .pipe(z.array(z.url({ protocol: /^https?$/ })).nonempty())
      .optional(),
  ),
  LLM_MODEL: text,
  LLM_API_KEY: text,
  EMBEDDING_BASE_URL: baseUrl,
  EMBEDDING_MODEL: text,
  // pgvector indexes at most 4,000 dimensions of halfvec.
  EMBEDDING_DIMENSIONS: integer(1, 4_000),
  EMBEDDING_API_KEY: text,
  RERANK_BASE_URL: baseUrl,
  RERANK_MODEL: text,
  RERANK_API_KEY: text,
  AUTH: z.preprocess(blankAsAbsent, z.enum(['open', 'keys']).optional()),
  LOG_LEVEL: z.preprocess(
    blankAsAbsent,
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  ),
  GROUNDWIRE_URL: baseUrl,
  GROUNDWIRE_API_KEY: text,
  OTEL_EXPORTER_OTLP_ENDPOINT: text,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: text,
  OTEL_SDK_DISABLED: text,
  OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: text,
})

export type DatabaseConfig =
  | { readonly kind: 'embedded'; readonly directory: string }
  | { readonly kind: 'server'; readonly url: string }

export interface UpstreamConfig {
  readonly model: string
  readonly apiKey: string | null
}

export type LlmConfig =
  | { readonly kind: 'extractive' }
  | ({ readonly kind: 'openai'; readonly baseUrls: readonly string[] } & UpstreamConfig)

export type EmbeddingConfig =
  | { readonly kind: 'none' }
  | ({ readonly kind: 'openai'; readonly baseUrl: string; readonly dimensions: number } & UpstreamConfig)

export type RerankConfig =
  | { readonly kind: 'none' }
  | ({ readonly kind: 'openai'; readonly baseUrl: string } & UpstreamConfig)

export interface Config {
  readonly host: string
  readonly port: number
  readonly database: DatabaseConfig
  readonly llm: LlmConfig
  readonly embedding: EmbeddingConfig
  readonly rerank: RerankConfig
  /** `open`: whoever reaches the port may do everything; only on a loopback address. */
  readonly auth: 'open' | 'keys'
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
  const parsed = environment.safeParse(env)
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`))
  }
  const e = parsed.data
  const problems: string[] = []
  /** Reports each of `names` that is missing, because `because` was set. */
  const need = (because: string, names: readonly (keyof typeof e)[]) => {
    for (const name of names)
      if (e[name] === undefined) problems.push(`${name}: needed where ${because} is set`)
  }

  let llm: LlmConfig = { kind: 'extractive' }
  if (e.LLM_BASE_URL) {
    need('LLM_BASE_URL', ['LLM_MODEL'])
    llm = {
      kind: 'openai',
      baseUrls: e.LLM_BASE_URL,
      model: e.LLM_MODEL ?? '',
      apiKey: e.LLM_API_KEY ?? null,
    }
  } else if (e.LLM_MODEL) need('LLM_MODEL', ['LLM_BASE_URL'])

  let embedding: EmbeddingConfig = { kind: 'none' }
  if (e.EMBEDDING_BASE_URL) {
    need('EMBEDDING_BASE_URL', ['EMBEDDING_MODEL', 'EMBEDDING_DIMENSIONS'])
    embedding = {
      kind: 'openai',
      baseUrl: e.EMBEDDING_BASE_URL,
      model: e.EMBEDDING_MODEL ?? '',
      dimensions: e.EMBEDDING_DIMENSIONS ?? 0,
      apiKey: e.EMBEDDING_API_KEY ?? null,
    }
  } else if (e.EMBEDDING_MODEL) need('EMBEDDING_MODEL', ['EMBEDDING_BASE_URL'])

  let rerank: RerankConfig = { kind: 'none' }
  if (e.RERANK_BASE_URL) {
    need('RERANK_BASE_URL', ['RERANK_MODEL'])
    rerank = {
      kind: 'openai',
      baseUrl: e.RERANK_BASE_URL,
      model: e.RERANK_MODEL ?? '',
      apiKey: e.RERANK_API_KEY ?? null,
    }
  } else if (e.RERANK_MODEL) need('RERANK_MODEL', ['RERANK_BASE_URL'])

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
    rerank,
    auth,
    logLevel: e.LOG_LEVEL,
    client: { url: e.GROUNDWIRE_URL ?? 'http://127.0.0.1:4000', apiKey: e.GROUNDWIRE_API_KEY },
    tracing: {
      export:
        e.OTEL_SDK_DISABLED !== 'true' &&
        Boolean(e.OTEL_EXPORTER_OTLP_ENDPOINT ?? e.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT),
      captureContent: e.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT === 'true',
    },
  }
}
