const instruct =
  'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: '
const represent = 'Represent this sentence for searching relevant passages: '

interface Prefixes {
  readonly model: RegExp
  readonly query: string
  readonly passage: string
}

/**
 * What the model cards of open models ask to put before the text. OpenAI's API has no field for it, and its
 * servers do not add it; leaving it out costs these models much of their quality. First match counts.
 */
const table: readonly Prefixes[] = [
  { model: /\be5-.*instruct|e5-mistral/i, query: instruct, passage: '' },
  { model: /\be5-/i, query: 'query: ', passage: 'passage: ' },
  { model: /qwen3-embedding/i, query: instruct, passage: '' },
  { model: /nomic-embed-text/i, query: 'search_query: ', passage: 'search_document: ' },
  { model: /arctic-embed.*v2/i, query: 'query: ', passage: '' },
  { model: /arctic-embed|mxbai-embed-large|bge-(small|base|large)-en/i, query: represent, passage: '' },
]

/** Empty for every model that the table does not know. */
export function inputPrefix(model: string, kind: 'query' | 'passage'): string {
  return table.find((entry) => entry.model.test(model))?.[kind] ?? ''
}
