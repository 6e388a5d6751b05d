export interface Rerank {
  readonly model: string
  /**
   * How relevant each document is to the query, in the order of `documents`: finite, more is better, on the
   * model's own scale.
   * @throws FailureError UPSTREAM_UNAVAILABLE, UPSTREAM_REJECTED or TIMEOUT; the signal's reason after an abort.
   */
  rerank(query: string, documents: readonly string[], signal: AbortSignal): Promise<number[]>
}
