import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { InputPrefixes, WeightType } from '../../../config/embedding-config.ts'
import { type Pooling, usualPooling } from './pooling.ts'

/** What is wrong with a model, for whoever configured it. */
export class ModelError extends Error {
  override readonly name = 'ModelError'
}

export interface ModelFolder {
  readonly pooling: Pooling
  /** Longer texts are cut. */
  readonly maxTokens: number
  /** What the model's own files ask to put before a text. */
  readonly prefixes: InputPrefixes
  /** Changes with every file that the vectors depend on: a moved folder keeps its vectors, other weights make others. */
  readonly fingerprint: string
}

/** How transformers.js calls the file of each type of weights: onnx/model<suffix>.onnx. */
export const weightSuffixes: Readonly<Record<WeightType, string>> = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
}

/** Beside the weights; a model needs the first two, the others say how it was trained to be used. */
export const modelFiles = {
  needed: ['config.json', 'tokenizer.json'],
  optional: [
    'tokenizer_config.json',
    'special_tokens_map.json',
    'modules.json',
    '1_Pooling/config.json',
    'sentence_bert_config.json',
    'config_sentence_transformers.json',
  ],
} as const

const configFile = z.looseObject({ max_position_embeddings: z.number().optional() })
const tokenizerFile = z.looseObject({ model_max_length: z.number().optional() })
const lengthFile = z.looseObject({ max_seq_length: z.number().nullish() })
const modulesFile = z.array(z.looseObject({ type: z.string() }))
const promptsFile = z.looseObject({ prompts: z.record(z.string(), z.string()).nullish() })
const poolingFile = z.looseObject({
  pooling_mode_cls_token: z.boolean().default(false),
  pooling_mode_mean_tokens: z.boolean().default(false),
  pooling_mode_lasttoken: z.boolean().default(false),
})

/** @throws ModelError where it is no folder of a model that can be used */
export async function readModelFolder(folder: string, weights: WeightType): Promise<ModelFolder> {
  if (!(await stat(folder).catch(() => null))?.isDirectory()) {
    throw new ModelError(`${folder} is not there; a name on the hub has no ./ or / in front`)
  }
  const weightsFile = `onnx/model${weightSuffixes[weights]}.onnx`
  const inside = await readdir(join(folder, 'onnx')).catch((): string[] => [])
  for (const name of [...modelFiles.needed, weightsFile]) {
    if (await stat(join(folder, name)).catch(() => null)) continue
    const there = inside.filter((file) => file.endsWith('.onnx')).map((file) => `onnx/${file}`)
    throw new ModelError(
      `${folder} has no ${name}${name === weightsFile && there.length > 0 ? `, but ${there.join(', ')}` : ''}`,
    )
  }
  const config = await readJson(folder, 'config.json', configFile)
  const tokenizer = await readJson(folder, 'tokenizer_config.json', tokenizerFile)
  const length = await readJson(folder, 'sentence_bert_config.json', lengthFile)
  const prompts = (await readJson(folder, 'config_sentence_transformers.json', promptsFile))?.prompts ?? {}
  const limits = [config?.max_position_embeddings, tokenizer?.model_max_length, length?.max_seq_length]
  const data = inside.filter((file) => file.startsWith(`${weightsFile.slice('onnx/'.length)}_data`)).sort()
  return {
    pooling: await readPooling(folder),
    // Tokenizers without a limit say 1e30.
    maxTokens: Math.min(
      8_192,
      ...limits.filter((limit): limit is number => typeof limit === 'number' && limit > 0),
    ),
    prefixes: {
      query: prompts.query || null,
      passage: prompts.document || prompts.passage || null,
    },
    fingerprint: await hashFiles(folder, [
      ...modelFiles.needed,
      ...modelFiles.optional,
      weightsFile,
      ...data.map((file) => `onnx/${file}`),
    ]),
  }
}

async function readPooling(folder: string): Promise<Pooling> {
  const modules = await readJson(folder, 'modules.json', modulesFile)
  // An export that includes it answers with sentence_embedding, which is taken as it is.
  const pooling = await readJson(folder, '1_Pooling/config.json', poolingFile)
  if (!modules || !pooling) return usualPooling(folder)
  if (pooling.pooling_mode_mean_tokens) return 'mean'
  if (pooling.pooling_mode_cls_token) return 'first'
  if (pooling.pooling_mode_lasttoken) return 'last'
  throw new ModelError(
    `${folder} pools its tokens in a way (1_Pooling/config.json) that is none of mean, cls and last`,
  )
}

async function readJson<T extends z.ZodType>(
  folder: string,
  name: string,
  type: T,
): Promise<z.infer<T> | null> {
  const text = await readFile(join(folder, name), 'utf8').catch(() => null)
  if (text === null) return null
  try {
    return type.parse(JSON.parse(text))
  } catch (cause) {
    throw new ModelError(`${join(folder, name)} cannot be read`, { cause })
  }
}

async function hashFiles(folder: string, names: readonly string[]): Promise<string> {
  const whole = createHash('sha256')
  for (const name of names) {
    const one = createHash('sha256')
    try {
      for await (const part of createReadStream(join(folder, name), { highWaterMark: 1 << 20 }))
        one.update(part)
    } catch {
      continue // One of those that a model may lack.
    }
    whole.update(`${name} ${one.digest('hex')}\n`)
  }
  return whole.digest('hex').slice(0, 12)
}
