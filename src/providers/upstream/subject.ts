/** Whom a call goes to, in the words of metrics, messages and the configuration. */
export interface Subject {
  /** Label of metrics and logs. */
  readonly upstream: 'llm' | 'embeddings' | 'rerank'
  /** How a message for a person calls it. */
  readonly name: string
  readonly model: string
  /** Prefix of the environment variables that configure it: `LLM` for LLM_BASE_URL, LLM_MODEL, LLM_API_KEY. */
  readonly variables: string
}
