import type { WeightType } from '../../../config/embedding-config.ts'
import type { Pooling } from './pooling.ts'

/** What the thread is started with. */
export interface ThreadOptions {
  readonly folder: string
  readonly libraryDirectory: string | null
  readonly weights: WeightType
  readonly pooling: Pooling
  readonly maxTokens: number
  /** Null: as many as the model makes. */
  readonly dimensions: number | null
  /** Of the processor, for one text at a time. */
  readonly threads: number
}

export type ToThread =
  | {
      readonly kind: 'embed'
      readonly id: number
      readonly urgent: boolean
      readonly texts: readonly string[]
    }
  | { readonly kind: 'cancel'; readonly id: number }

export type FromThread =
  | { readonly kind: 'ready'; readonly dimensions: number }
  /** It cannot begin: the library is not there, or the model cannot be used. Nothing follows. */
  | { readonly kind: 'failed'; readonly missing: 'library' | 'model'; readonly message: string }
  /** One after the other, `dimensions` numbers each. */
  | { readonly kind: 'vectors'; readonly id: number; readonly vectors: Float32Array<ArrayBuffer> }
  | { readonly kind: 'rejected'; readonly id: number; readonly message: string }
