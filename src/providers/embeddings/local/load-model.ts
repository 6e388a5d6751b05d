import { toUnitLength } from '../unit-vector.ts'
import type { Library } from './library.ts'
import { poolTokens } from './pooling.ts'
import type { ThreadOptions } from './protocol.ts'

export interface LoadedModel {
  readonly dimensions: number
  /** One vector of length 1 per text. The texts go through the model together: the longest sets the work of all. */
  embed(texts: readonly string[]): Promise<Float32Array[]>
}

/** More than any token has on average: what is beyond is cut before it costs the tokenizer its time. */
const maxCharactersPerToken = 64

/** @throws Error with a message for whoever configured the model */
export async function loadModel(library: Library, options: ThreadOptions): Promise<LoadedModel> {
  const { folder, weights, pooling, maxTokens, threads } = options
  // The folder is all there is: what it lacks is not looked for on the network.
  library.env.allowRemoteModels = false
  library.env.useFSCache = false
  const local = { local_files_only: true } as const
  const tokenizer = await library.AutoTokenizer.from_pretrained(folder, local)
  const model = await library.AutoModel.from_pretrained(folder, {
    ...local,
    dtype: weights,
    device: 'cpu',
    session_options: { intraOpNumThreads: threads, interOpNumThreads: 1 },
  })

  const run = async (texts: readonly string[]): Promise<Float32Array[]> => {
    const cut = texts.map((text) => text.slice(0, maxTokens * maxCharactersPerToken).toWellFormed())
    const inputs = tokenizer(cut, { padding: true, truncation: true, max_length: maxTokens })
    const outputs = await model(inputs)
    const sentence = outputs.sentence_embedding
    if (sentence) {
      const [, dimensions = 0] = sentence.dims
      const { data } = sentence.to('float32')
      return texts.map((_, i) => data.slice(i * dimensions, (i + 1) * dimensions))
    }
    const tokens = outputs.last_hidden_state ?? outputs.token_embeddings
    const mask = inputs.attention_mask
    if (tokens?.dims.length !== 3 || !mask) {
      throw new Error(
        `its answer has neither sentence_embedding nor last_hidden_state: it is no text encoder`,
      )
    }
    const [count = 0, length = 0, dimensions = 0] = tokens.dims
    return poolTokens(tokens.to('float32').data, mask.data, [count, length, dimensions], pooling)
  }

  const own = (await run(['dimensions']))[0]?.length ?? 0
  const dimensions = options.dimensions ?? own
  if (dimensions > own) throw new Error(`it makes ${own} dimensions, which is less than ${dimensions}`)
  if (own > 4_000 && options.dimensions === null) throw new Error(`its ${own} dimensions are more than 4,000`)
  return {
    dimensions,
    async embed(texts) {
      const vectors = (await run(texts)).map((vector) => vector.subarray(0, dimensions))
      if (!vectors.every(toUnitLength)) throw new Error('it made a vector without direction')
      return vectors
    },
  }
}
