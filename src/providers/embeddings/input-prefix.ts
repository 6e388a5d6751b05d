import { hash } from 'node:crypto'
import type { InputPrefixes } from '../../config/embedding-config.ts'

const instruct =
  'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:'
const represent = 'Represent this sentence for searching relevant passages: '

interface Prefixes {
  readonly query: string
  readonly passage: string
}

interface KnownModel extends Prefixes {
  /** Matches the model's own name, in lower case. */
  readonly name: RegExp
  /** Groundwire 0.1 made vectors of these passages without the prefix: a space says that it has others. */
  readonly since02?: true
}

/**
 * What the model cards (huggingface.co/<name>) ask to put before the text. OpenAI's API has no field for it, and its
 * servers do not add it; leaving it out costs these models much of their quality. First match counts. Models that
 * want nothing (bge-m3, gte-*, all-MiniLM-*, text-embedding-3-*) are not listed.
 */
const table: readonly KnownModel[] = [
  // intfloat/multilingual-e5-large-instruct, "no need to add instructions to the document side"; e5-mistral-7b-instruct
  { name: /(^|-)e5-(.*-)?(instruct|mistral)/, query: `${instruct} `, passage: '' },
  // intfloat/e5-small-v2, multilingual-e5-large: "Each input text should start with query: or passage:"
  { name: /(^|-)e5-/, query: 'query: ', passage: 'passage: ' },
  // Qwen/Qwen3-Embedding-0.6B has no blank after "Query:"
  { name: /qwen3-embedding/, query: instruct, passage: '' },
  // Alibaba-NLP/gte-Qwen2-1.5B-instruct has one
  { name: /gte-qwen.*instruct/, query: `${instruct} `, passage: '' },
  // nomic-ai/nomic-embed-text-v1.5: "requires prefixes"; v2-moe has the same two
  { name: /nomic-embed-text/, query: 'search_query: ', passage: 'search_document: ' },
  // Snowflake/snowflake-arctic-embed-l-v2.0, which Ollama calls snowflake-arctic-embed2; m-long and v1.5 are of v1
  { name: /arctic-embed(2|.*-v2)/, query: 'query: ', passage: '' },
  // Snowflake/snowflake-arctic-embed-m; mixedbread-ai/mxbai-embed-large-v1; BAAI/bge-*-en and -en-v1.5
  { name: /arctic-embed|mxbai-embed-large|bge-(small|base|large)-en/, query: represent, passage: '' },
  // BAAI/bge-*-zh and -zh-v1.5; bge-*-zh-noinstruct has none
  {
    name: /bge-(small|base|large)-zh(?!-noinstruct)/,
    query: '为这个句子生成表示以用于检索相关文章：',
    passage: '',
  },
  // google/embeddinggemma-300m, prompts "Retrieval-query" and "Retrieval-document"
  {
    name: /embeddinggemma/,
    query: 'task: search result | query: ',
    passage: 'title: none | text: ',
    since02: true,
  },
  // jinaai/jina-embeddings-v3, tasks "retrieval.query" and "retrieval.passage"
  {
    name: /jina-embeddings-v3/,
    query: 'Represent the query for retrieving evidence documents: ',
    passage: 'Represent the document for retrieval: ',
    since02: true,
  },
]

function find(model: string): KnownModel | undefined {
  const name = ownName(model)
  return table.find((entry) => entry.name.test(name))
}

/**
 * What goes before questions and passages. `given` (the configuration) comes first, then what the model's own files
 * say, then the table; empty for a model that it does not know.
 */
export function inputPrefixes(
  model: string,
  given: InputPrefixes,
  own: InputPrefixes = { query: null, passage: null },
): Prefixes {
  const known = find(model)
  return {
    query: given.query ?? own.query ?? known?.query ?? '',
    passage: given.passage ?? own.passage ?? known?.passage ?? '',
  }
}

/**
 * What the space of a model's vectors is called. Vectors of texts behind another prefix are other vectors, and lie in
 * a space of their own (docs/decisions/0024): the prefix that the model's name alone does not tell is part of it.
 */
export function spaceModel(model: string, passagePrefix: string): string {
  const known = find(model)
  const usual = known && !known.since02 ? known.passage : ''
  if (passagePrefix === usual) return model
  return `${model} [passage prefix ${hash('sha256', passagePrefix).slice(0, 8)}]`
}

/** The last part of a hub name or folder: intfloat/e5-small, /models/e5-small, the hub's cache …--e5-small/snapshots/<commit>. */
export function ownName(model: string): string {
  const parts = model.split(/[/\\]/).filter((part) => part !== '' && part !== 'snapshots')
  const last = parts.findLast((part) => !/^[0-9a-f]{40}$/.test(part)) ?? model
  return last
    .slice(last.lastIndexOf('--') + 1)
    .replaceAll('_', '-')
    .replace(/^-+/, '')
    .toLowerCase()
}
