export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

export interface GenerationRequest {
  readonly messages: readonly ChatMessage[]
  /** @default the configured one */
  readonly model?: string
  readonly maxTokens?: number
  readonly temperature?: number
  /** Requests with the same key begin alike: they go to the same server while it has room, for its prefix cache. */
  readonly affinity?: string
}

export type GenerationEvent =
  | { readonly type: 'delta'; readonly text: string }
  | {
      readonly type: 'end'
      readonly finishReason: 'STOP' | 'LENGTH'
      /** Null where the server does not count. */
      readonly usage: TokenUsage | null
    }

export interface TokenUsage {
  readonly promptTokens: number
  readonly completionTokens: number
}

export interface Llm {
  readonly model: string
  /** Prompt and answer together, as the server says of this model; null where it has not, or not yet. Asks nobody. */
  readonly contextTokens?: (model: string) => number | null
  /**
   * Deltas of answer text, none of them empty, then exactly one `end`: a generator that ends without it was
   * closed by its consumer. An abort of `signal`, and return(), close the upstream request at once.
   * @throws ContextLengthError (UPSTREAM_REJECTED) where the messages do not fit into the model's context; else
   * FailureError UPSTREAM_UNAVAILABLE, UPSTREAM_REJECTED or TIMEOUT; the signal's reason after an abort.
   */
  generate(request: GenerationRequest, signal: AbortSignal): AsyncGenerator<GenerationEvent, void, void>
}
