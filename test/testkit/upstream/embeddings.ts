import { bagOfWords } from './bag-of-words.ts'
import { json } from './failures.ts'
import type { Behaviour } from './fake-call.ts'

export interface EmbedOptions {
  readonly dimensions: number
  /** Answers arrays even where base64 was asked for, as some servers do. */
  readonly alwaysFloat?: boolean
  /** The order of the items in the answer; each keeps its index. */
  readonly reversed?: boolean
  /** Replaces the vectors. */
  readonly vectors?: (texts: readonly string[]) => readonly Float32Array<ArrayBuffer>[]
}

/** Vectors of words, in the encoding that the request asks for. */
export function embed({ dimensions, alwaysFloat, reversed, vectors }: EmbedOptions): Behaviour {
  return (call) => {
    const { input, model, encoding_format } = call.request.body
    const texts: string[] = [input].flat()
    const encode = (vector: Float32Array<ArrayBuffer>) =>
      encoding_format === 'base64' && !alwaysFloat
        ? Buffer.from(vector.buffer).toString('base64')
        : Array.from(vector)
    const data = (vectors?.(texts) ?? texts.map((text) => bagOfWords(text, dimensions))).map(
      (vector, index) => ({ object: 'embedding', index, embedding: encode(vector) }),
    )
    const usage = { prompt_tokens: texts.length, total_tokens: texts.length }
    return json({ object: 'list', model, data: reversed ? data.reverse() : data, usage })(call)
  }
}
