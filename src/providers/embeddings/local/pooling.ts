import { ownName } from '../input-prefix.ts'

/** How the vectors of a text's tokens become one: their mean, or that of the first or last token. */
export type Pooling = 'mean' | 'first' | 'last'

/** What the model cards say, for models without the files of sentence-transformers. The others take the mean. */
const table: readonly { readonly name: RegExp; readonly pooling: Pooling }[] = [
  // Qwen/Qwen3-Embedding-0.6B, gte-Qwen2-1.5B-instruct and e5-mistral-7b-instruct: last_token_pool
  { name: /qwen3-embedding|gte-qwen|e5-mistral/, pooling: 'last' },
  // BAAI/bge-*, Snowflake/snowflake-arctic-embed-*, mixedbread-ai/mxbai-embed-*, and gte of 2024: last_hidden_state[:, 0]
  {
    name: /bge-|arctic-embed|mxbai-embed|gte-(base|large)-en-v1\.5|gte-(multilingual|modernbert)-base/,
    pooling: 'first',
  },
]

export function usualPooling(model: string): Pooling {
  const name = ownName(model)
  return table.find((entry) => entry.name.test(name))?.pooling ?? 'mean'
}

/**
 * One vector per text.
 * @param hidden numbers by text, token and dimension
 * @param mask 1 for each token that is the text's, 0 for padding, by text and token; padding may be on either side
 */
export function poolTokens(
  hidden: Float32Array,
  mask: ArrayLike<bigint | number>,
  [texts, tokens, dimensions]: readonly [number, number, number],
  pooling: Pooling,
): Float32Array[] {
  return Array.from({ length: texts }, (_, text) => {
    const vector = new Float32Array(dimensions)
    const own: number[] = []
    for (let token = 0; token < tokens; token++) {
      if (Number(mask[text * tokens + token]) !== 0) own.push(text * tokens + token)
    }
    const taken = pooling === 'mean' ? own : own.slice(pooling === 'first' ? 0 : -1).slice(0, 1)
    for (const token of taken) {
      for (let i = 0; i < dimensions; i++) {
        vector[i] = (vector[i] as number) + (hidden[token * dimensions + i] as number) / taken.length
      }
    }
    return vector
  })
}
