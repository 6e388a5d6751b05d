import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { z } from 'zod'
import { httpUrl, httpUrls, integer, oneOf, optional, readVariables, secret, text } from './variable-types.ts'

/** How exact a local model's weights are: which of its ONNX files is loaded. */
export type WeightType = (typeof weightTypes)[number]
const weightTypes = ['fp32', 'fp16', 'q8', 'int8', 'uint8', 'q4', 'q4f16', 'bnb4'] as const

/** What is put before a text. Null: what the model's card asks for (src/providers/embeddings/input-prefix.ts). */
export interface InputPrefixes {
  readonly query: string | null
  readonly passage: string | null
}

export interface OpenAiEmbeddingConfig {
  readonly kind: 'openai'
  /** What the names of its variables begin with: EMBEDDING. */
  readonly variables: string
  readonly baseUrls: readonly string[]
  readonly model: string
  readonly apiKey: string | null
  readonly dimensions: number
  /** Whether requests ask for that many: vLLM refuses it for models that cannot shorten their vectors. */
  readonly sendDimensions: boolean
  readonly prefixes: InputPrefixes
}

export interface LocalEmbeddingConfig {
  readonly kind: 'local'
  readonly variables: string
  /** As configured: a folder's path, or a name on the hub. */
  readonly model: string
  /** A folder is never looked for on the network. */
  readonly source: 'folder' | 'hub'
  /** Null: the model says. Fewer than it makes: the first of them, for models that were trained for it. */
  readonly dimensions: number | null
  readonly weights: WeightType
  /** The folder whose node_modules has @huggingface/transformers. Null: Groundwire's own. */
  readonly libraryDirectory: string | null
  /** Where a name on the hub is fetched from, once, and to. */
  readonly hub: { readonly url: string; readonly token: string | null; readonly cacheDirectory: string }
  readonly prefixes: InputPrefixes
}

export type EmbeddingConfig = { readonly kind: 'none' } | OpenAiEmbeddingConfig | LocalEmbeddingConfig

/** Its blanks count: "query: " ends in one. `none` puts nothing before, `\n` is a line break. */
const prefixText = optional(
  z.string().transform((value) => (value.trim() === 'none' ? '' : value.replaceAll('\\n', '\n'))),
)

const types = {
  PROVIDER: oneOf('openai', 'local'),
  BASE_URL: httpUrls,
  MODEL: text,
  // pgvector indexes at most 4,000 dimensions of halfvec.
  DIMENSIONS: integer(1, 4_000),
  SEND_DIMENSIONS: oneOf('true', 'false'),
  API_KEY: secret,
  WEIGHTS: oneOf(...weightTypes),
  LIBRARY_DIR: text,
  CACHE_DIR: text,
  QUERY_PREFIX: prefixText,
  PASSAGE_PREFIX: prefixText,
} as const

/** The hub's own variables, which other programs read, too. */
const hubTypes = { HF_ENDPOINT: optional(httpUrl), HF_TOKEN: secret } as const

const notFor = {
  openai: ['WEIGHTS', 'LIBRARY_DIR', 'CACHE_DIR'],
  local: ['BASE_URL', 'SEND_DIMENSIONS', 'API_KEY'],
} as const

/**
 * An embedding model of the variables that begin with `prefix` (EMBEDDING, and another for a model to come). Adds to
 * `problems`, so that no half of a provider gets through.
 */
export function readEmbeddingConfig(
  env: NodeJS.ProcessEnv,
  prefix: string,
  problems: string[],
): EmbeddingConfig {
  const e = readVariables(env, types, problems, `${prefix}_`)
  const given = (name: keyof typeof types) => Boolean(env[`${prefix}_${name}`]?.trim())
  const need = (because: keyof typeof types, ...names: (keyof typeof types)[]) => {
    for (const name of names) {
      if (!given(name)) problems.push(`${prefix}_${name}: needed where ${prefix}_${because} is set`)
    }
  }
  const provider = e.PROVIDER ?? (given('BASE_URL') ? 'openai' : null)
  if (provider === null) {
    if (given('MODEL')) {
      const otherwise = `for a model in this process set ${prefix}_PROVIDER=local`
      problems.push(`${prefix}_BASE_URL: needed where ${prefix}_MODEL is set; ${otherwise}`)
    }
    return { kind: 'none' }
  }
  for (const name of notFor[provider]) {
    if (given(name)) problems.push(`${prefix}_${name}: is not for ${prefix}_PROVIDER=${provider}`)
  }
  const prefixes = { query: e.QUERY_PREFIX ?? null, passage: e.PASSAGE_PREFIX ?? null }
  const model = e.MODEL ?? ''
  if (provider === 'local') {
    need('PROVIDER', 'MODEL')
    const hub = readVariables(env, hubTypes, problems)
    return {
      kind: 'local',
      variables: prefix,
      model,
      source: isAbsolute(model) || /^\.{1,2}[/\\]/.test(model) ? 'folder' : 'hub',
      dimensions: e.DIMENSIONS ?? null,
      weights: e.WEIGHTS ?? 'fp32',
      libraryDirectory: e.LIBRARY_DIR ?? null,
      hub: {
        url: hub.HF_ENDPOINT ?? 'https://huggingface.co',
        token: hub.HF_TOKEN ?? null,
        cacheDirectory: resolve(e.CACHE_DIR ?? join(homedir(), '.cache', 'groundwire', 'models')),
      },
      prefixes,
    }
  }
  if (!given('BASE_URL')) need('PROVIDER', 'BASE_URL')
  need(given('BASE_URL') ? 'BASE_URL' : 'PROVIDER', 'MODEL', 'DIMENSIONS')
  return {
    kind: 'openai',
    variables: prefix,
    baseUrls: e.BASE_URL ?? [],
    model,
    apiKey: e.API_KEY ?? null,
    dimensions: e.DIMENSIONS ?? 0,
    sendDimensions: e.SEND_DIMENSIONS === 'true',
    prefixes,
  }
}
