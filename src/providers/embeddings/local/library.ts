import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

interface Tensor {
  readonly dims: readonly number[]
  readonly data: ArrayLike<number | bigint>
  to(type: 'float32'): { readonly data: Float32Array }
}

type Tensors = Readonly<Record<string, Tensor | undefined>>

export type Tokenizer = (
  texts: readonly string[],
  options: { padding: true; truncation: true; max_length: number },
) => Tensors

export type Model = (inputs: Tensors) => Promise<Tensors>

interface LoadOptions {
  readonly local_files_only: true
}

/** What is used of @huggingface/transformers, which is not installed where this is checked. */
export interface Library {
  readonly env: { allowRemoteModels: boolean; useFSCache: boolean }
  readonly AutoTokenizer: { from_pretrained(folder: string, options: LoadOptions): Promise<Tokenizer> }
  readonly AutoModel: {
    from_pretrained(
      folder: string,
      options: LoadOptions & {
        readonly dtype: string
        readonly device: 'cpu'
        readonly session_options: { readonly intraOpNumThreads: number; readonly interOpNumThreads: 1 }
      },
    ): Promise<Model>
  }
}

export const libraryName = '@huggingface/transformers'

/** From `directory`'s node_modules, or Groundwire's own. @throws what require throws; null where it is not there */
export function loadLibrary(directory: string | null): Library | null {
  const require = createRequire(directory === null ? import.meta.url : pathToFileURL(join(directory, '_')))
  try {
    require.resolve(libraryName)
  } catch {
    return null
  }
  return require(libraryName)
}
