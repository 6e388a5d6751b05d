import { describe, expect, test } from 'vitest'
import { inputPrefixes, spaceModel } from './input-prefix.ts'

const own = { query: null, passage: null }
const instruct = expect.stringMatching(/^Instruct: [^\n]+\nQuery: $/)
const instructQwen3 = expect.stringMatching(/^Instruct: [^\n]+\nQuery:$/)
const represent = 'Represent this sentence for searching relevant passages: '

describe('before the text of a model stands what its card asks for:', () => {
  test.each([
    ['intfloat/e5-small-v2', 'query: ', 'passage: '],
    ['intfloat/multilingual-e5-large', 'query: ', 'passage: '],
    ['/models/multilingual_e5_base', 'query: ', 'passage: '],
    [
      '/cache/models--intfloat--e5-base-v2/snapshots/0123456789abcdef0123456789abcdef01234567',
      'query: ',
      'passage: ',
    ],
    ['intfloat/multilingual-e5-large-instruct', instruct, ''],
    ['intfloat/e5-mistral-7b-instruct', instruct, ''],
    ['Qwen/Qwen3-Embedding-0.6B', instructQwen3, ''],
    ['qwen3-embedding:0.6b', instructQwen3, ''],
    ['Alibaba-NLP/gte-Qwen2-1.5B-instruct', instruct, ''],
    ['nomic-ai/nomic-embed-text-v1.5', 'search_query: ', 'search_document: '],
    ['nomic-embed-text:latest', 'search_query: ', 'search_document: '],
    ['Snowflake/snowflake-arctic-embed-m-v1.5', represent, ''],
    ['Snowflake/snowflake-arctic-embed-l-v2.0', 'query: ', ''],
    ['snowflake-arctic-embed2', 'query: ', ''],
    ['mixedbread-ai/mxbai-embed-large-v1', represent, ''],
    ['BAAI/bge-small-en-v1.5', represent, ''],
    ['BAAI/bge-large-zh-v1.5', '为这个句子生成表示以用于检索相关文章：', ''],
    ['google/embeddinggemma-300m', 'task: search result | query: ', 'title: none | text: '],
    ['onnx-community/embeddinggemma-300m-ONNX', 'task: search result | query: ', 'title: none | text: '],
    ['BAAI/bge-m3', '', ''],
    ['Alibaba-NLP/gte-multilingual-base', '', ''],
    ['sentence-transformers/all-MiniLM-L6-v2', '', ''],
    ['text-embedding-3-small', '', ''],
    ['/data/e5-tests/all-MiniLM-L6-v2', '', ''],
  ])('%s', (model, query, passage) => {
    expect(inputPrefixes(model, own)).toEqual({ query, passage })
  })
})

test('the configuration goes before what the model says, and that before the table', () => {
  const files = { query: 'Q: ', passage: null }
  expect(inputPrefixes('e5-small', own, files)).toEqual({ query: 'Q: ', passage: 'passage: ' })
  expect(inputPrefixes('e5-small', { query: '', passage: 'P: ' }, files)).toEqual({
    query: '',
    passage: 'P: ',
  })
})

test('vectors behind another passage prefix lie in a space of their own, and those of 0.1 stay in theirs', () => {
  expect(spaceModel('intfloat/e5-small', 'passage: ')).toBe('intfloat/e5-small')
  expect(spaceModel('all-MiniLM-L6-v2', '')).toBe('all-MiniLM-L6-v2')
  const names = ['', 'passage: ', 'Passage: '].map((prefix) =>
    spaceModel('google/embeddinggemma-300m', prefix),
  )
  expect(new Set(names).size).toBe(3)
  expect(names[0]).toBe('google/embeddinggemma-300m')
  expect(spaceModel('intfloat/e5-small', '')).toMatch(/^intfloat\/e5-small \[passage prefix [0-9a-f]{8}\]$/)
})
