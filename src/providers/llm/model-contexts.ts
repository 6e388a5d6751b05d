import { getText } from '../upstream/get-text.ts'

/** How much each model takes, as the servers say. */
export interface ModelContexts extends AsyncDisposable {
  /**
   * Prompt and answer together, in tokens: the smallest of the addresses, since each may be asked. Null where none has
   * said. Returns at once; what is unknown or old is read meanwhile, for those who ask later.
   */
  of(model: string): number | null
  /** When nothing is being read. */
  idle(): Promise<void>
}

export interface ModelContextsOptions {
  readonly baseUrls: readonly string[]
  readonly apiKey: string | null
  /** After this a list is read again: a server may have been started anew. Milliseconds. @default 300000 */
  readonly freshMs?: number
}

const timeLimitMs = 2_000
const maxBytes = 1024 * 1024
/** vLLM and SGLang, OpenRouter, Groq. */
const names = ['max_model_len', 'context_length', 'context_window'] as const
/** Less is no context that an answer could be given in. */
const least = 512

export function createModelContexts({
  baseUrls,
  apiKey,
  freshMs = 300_000,
}: ModelContextsOptions): ModelContexts {
  const stopping = new AbortController()
  const lists = new Map<string, ReadonlyMap<string, number>>()
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | null = null

  const read = async (baseUrl: string) => {
    const headers = apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }
    const page = await getText(`${baseUrl}/models`, {
      maxBytes,
      timeLimitMs,
      headers,
      signal: stopping.signal,
    })
    if (page.text !== null) lists.set(baseUrl, contextsIn(page.text))
  }
  const readAll = () => {
    readAt = performance.now()
    // Not worth a word: without the list an answer is what it was before there was one.
    reading = Promise.allSettled(baseUrls.map(read)).then(() => {
      reading = null
    })
  }

  return {
    of(model) {
      if (reading === null && !stopping.signal.aborted && performance.now() - readAt >= freshMs) readAll()
      const known = baseUrls.flatMap((baseUrl) => lists.get(baseUrl)?.get(model) ?? [])
      return known.length > 0 ? Math.min(...known) : null
    },
    async idle() {
      while (reading !== null) await reading
    },
    async [Symbol.asyncDispose]() {
      stopping.abort(new DOMException('No longer needed', 'AbortError'))
      await reading
    },
  }
}

/** By the models' names. Of a list in another shape, nothing. */
function contextsIn(page: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  let list: unknown
  try {
    list = (JSON.parse(page) as { readonly data?: unknown } | null)?.data
  } catch {
    return found
  }
  if (!Array.isArray(list)) return found
  for (const entry of list) {
    if (typeof entry !== 'object' || entry === null) continue
    const { id } = entry as { readonly id?: unknown }
    const context = names.map((name) => (entry as Readonly<Record<string, unknown>>)[name]).find(isContext)
    if (typeof id === 'string' && context !== undefined) found.set(id, context)
  }
  return found
}

function isContext(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least
}
