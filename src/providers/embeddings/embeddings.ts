export interface Embeddings {
  readonly model: string
  readonly dimensions: number
  /**
   * One vector per text, in their order: `dimensions` finite numbers, not all zero. Not normalised.
   * `kind` matters to models that embed questions and passages differently.
   * @throws FailureError UPSTREAM_UNAVAILABLE, UPSTREAM_REJECTED or TIMEOUT; the signal's reason after an abort.
   */
  embed(texts: readonly string[], kind: 'query' | 'passage', signal: AbortSignal): Promise<Float32Array[]>
}
