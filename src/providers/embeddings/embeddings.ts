/** Vectors of neighbouring texts, those from `start` on. */
export interface EmbeddedRun {
  readonly start: number
  readonly vectors: Float32Array[]
}

export interface Embeddings {
  /** What the space of its vectors is called: two models of the same name and dimensions make the same vectors. */
  readonly model: string
  readonly dimensions: number
  /**
   * One vector per text, in their order: `dimensions` numbers, and the vector's length is 1.
   * `kind` matters to models that embed questions and passages differently.
   * @throws FailureError UPSTREAM_UNAVAILABLE, UPSTREAM_REJECTED or TIMEOUT; the signal's reason after an abort.
   */
  embed(texts: readonly string[], kind: 'query' | 'passage', signal: AbortSignal): Promise<Float32Array[]>
  /**
   * The vectors of passages as they arrive, in any order, each text in one run. Requests go on while the consumer
   * works, but no more than it has room for: what is finished and not taken counts as under way. Ending the loop
   * early ends all requests. Fails as `embed` does; what was delivered before stays good.
   */
  embedEach(texts: readonly string[], signal: AbortSignal): AsyncGenerator<EmbeddedRun, void, void>
}
