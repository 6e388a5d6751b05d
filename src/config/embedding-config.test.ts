import { describe, expect, test } from 'vitest'
import { readEmbeddingConfig } from './embedding-config.ts'

function read(env: NodeJS.ProcessEnv, prefix = 'EMBEDDING') {
  const problems: string[] = []
  return { config: readEmbeddingConfig(env, prefix, problems), problems }
}

const server = {
  EMBEDDING_BASE_URL: 'http://one/v1, http://two/v1',
  EMBEDDING_MODEL: 'm',
  EMBEDDING_DIMENSIONS: '256',
}

describe('an embedding model', () => {
  test('on a server: several addresses share the load, and its dimensions are asked for where it is said', () => {
    expect(read({ ...server, EMBEDDING_SEND_DIMENSIONS: 'true' })).toEqual({
      problems: [],
      config: {
        kind: 'openai',
        variables: 'EMBEDDING',
        baseUrls: ['http://one/v1', 'http://two/v1'],
        model: 'm',
        apiKey: null,
        dimensions: 256,
        sendDimensions: true,
        prefixes: { query: null, passage: null },
      },
    })
  })

  test.each([
    ['./models/minilm', 'folder'],
    ['../minilm', 'folder'],
    ['/models/minilm', 'folder'],
    ['Xenova/all-MiniLM-L6-v2', 'hub'],
    ['minilm', 'hub'],
  ])('in this process: %s is a %s', (model, source) => {
    const { config, problems } = read({ EMBEDDING_PROVIDER: 'local', EMBEDDING_MODEL: model })
    expect(problems).toEqual([])
    expect(config).toMatchObject({ kind: 'local', model, source, dimensions: null, weights: 'fp32' })
  })

  test('has prefixes of its own: their blanks count, \\n is a line break, and none is nothing', () => {
    const env = {
      ...server,
      EMBEDDING_QUERY_PREFIX: 'Instruct: find\\nQuery: ',
      EMBEDDING_PASSAGE_PREFIX: 'none',
    }
    expect(read(env).config).toMatchObject({ prefixes: { query: 'Instruct: find\nQuery: ', passage: '' } })
  })

  test('of another prefix is a model of its own', () => {
    const env = { EMBEDDING_NEXT_PROVIDER: 'local', EMBEDDING_NEXT_MODEL: './m' }
    expect(read(env).config).toEqual({ kind: 'none' })
    expect(read(env, 'EMBEDDING_NEXT').config).toMatchObject({ kind: 'local', model: './m' })
    expect(read({ EMBEDDING_NEXT_PROVIDER: 'local' }, 'EMBEDDING_NEXT').problems).toEqual([
      'EMBEDDING_NEXT_MODEL: needed where EMBEDDING_NEXT_PROVIDER is set',
    ])
  })
})

test.each([
  [{ EMBEDDING_MODEL: 'm' }, ['EMBEDDING_BASE_URL']],
  [{ EMBEDDING_PROVIDER: 'local' }, ['EMBEDDING_MODEL']],
  [{ EMBEDDING_PROVIDER: 'openai' }, ['EMBEDDING_BASE_URL', 'EMBEDDING_MODEL', 'EMBEDDING_DIMENSIONS']],
  [{ EMBEDDING_PROVIDER: 'onnx' }, ['EMBEDDING_PROVIDER']],
  [{ ...server, EMBEDDING_WEIGHTS: 'q8' }, ['EMBEDDING_WEIGHTS']],
  [{ ...server, EMBEDDING_SEND_DIMENSIONS: 'maybe' }, ['EMBEDDING_SEND_DIMENSIONS']],
  [{ ...server, EMBEDDING_PROVIDER: 'local' }, ['EMBEDDING_BASE_URL']],
  [{ ...server, EMBEDDING_BASE_URL: 'http://me:secret@one/v1' }, ['EMBEDDING_BASE_URL']],
  [{ ...server, EMBEDDING_BASE_URL: 'http://one/v1,http://two/v1?version=3' }, ['EMBEDDING_BASE_URL']],
  [{ ...server, EMBEDDING_API_KEY: '“sk-secret”' }, ['EMBEDDING_API_KEY']],
  [{ ...server, EMBEDDING_API_KEY: 'sk-sec\nret' }, ['EMBEDDING_API_KEY']],
])('no half of a provider and no mix of two: %j', (env, wrong) => {
  const { problems } = read(env)
  expect(problems.map((problem) => problem.split(':')[0])).toEqual(wrong)
  expect(problems.join()).not.toContain('sec')
})
