import { describe, expect, test } from 'vitest'
import { ConfigError, isLoopback, readConfig } from './config.ts'

function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

describe('the configuration', () => {
  test('needs nothing', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 4000,
      database: { kind: 'embedded', directory: './.groundwire' },
      llm: { kind: 'extractive' },
      embedding: { kind: 'none' },
      nextEmbedding: { kind: 'none' },
      rerank: { kind: 'none' },
      runGraceMs: 60_000,
      auth: 'open',
      socketsPerKey: 1_000,
      logLevel: 'info',
      client: { url: 'http://127.0.0.1:4000', apiKey: undefined },
      tracing: { export: false, captureContent: false },
    })
  })

  test('takes a model to change to, which is another one than the one in use', () => {
    const inUse = {
      EMBEDDING_BASE_URL: 'http://embed/v1',
      EMBEDDING_MODEL: 'e5',
      EMBEDDING_DIMENSIONS: '384',
    }
    const next = { EMBEDDING_NEXT_BASE_URL: 'http://next/v1', EMBEDDING_NEXT_MODEL: 'e5' }
    expect(readConfig({ ...inUse, ...next, EMBEDDING_NEXT_DIMENSIONS: '768' })).toMatchObject({
      embedding: { dimensions: 384 },
      nextEmbedding: { model: 'e5', dimensions: 768, apiKey: null },
    })
    expect(problemsOf({ ...inUse, ...next })).toEqual([expect.stringContaining('EMBEDDING_NEXT_DIMENSIONS')])
    expect(problemsOf({ ...inUse, ...next, EMBEDDING_NEXT_DIMENSIONS: '384' })).toEqual([
      expect.stringContaining('EMBEDDING_NEXT_MODEL: is the model in use already'),
    ])
  })

  describe('of the language model', () => {
    const llm = { LLM_BASE_URL: 'http://one:8000/v1', LLM_MODEL: 'llama' }

    test('leaves to the server what is not set', () => {
      expect(readConfig(llm).llm).toEqual({
        kind: 'openai',
        baseUrls: ['http://one:8000/v1'],
        model: 'llama',
        apiKey: null,
      })
    })

    test('takes its limits, and the models that a request may choose, the own one first and each once', () => {
      const given = {
        LLM_MODELS: ' qwen, llama ,,qwen ',
        LLM_MAX_TOKENS: '500',
        LLM_CONTEXT_TOKENS: '8192',
        LLM_MAX_CONCURRENCY: '64',
      }
      expect(readConfig({ ...llm, ...given }).llm).toMatchObject({
        models: ['llama', 'qwen'],
        maxTokens: 500,
        contextTokens: 8_192,
        maxConcurrency: 64,
      })
    })

    test.each([
      ['LLM_MAX_TOKENS', '0'],
      ['LLM_MAX_TOKENS', '1000001'],
      ['LLM_MAX_TOKENS', '1.5'],
      ['LLM_CONTEXT_TOKENS', '511'],
      ['LLM_CONTEXT_TOKENS', 'all'],
      ['LLM_MAX_CONCURRENCY', '0'],
      ['LLM_MAX_CONCURRENCY', '-1'],
    ])('refuses %s=%s', (name, value) => {
      expect(problemsOf({ ...llm, [name]: value })).toEqual([expect.stringContaining(name)])
    })

    test.each(['LLM_MODELS', 'LLM_MAX_TOKENS', 'LLM_CONTEXT_TOKENS', 'LLM_MAX_CONCURRENCY'])(
      'refuses %s where there is none',
      (name) => {
        expect(problemsOf({ [name]: '1024' })).toEqual([`LLM_BASE_URL: needed where ${name} is set`])
      },
    )
  })

  test('takes what is given', () => {
    const config = readConfig({
      HOST: '0.0.0.0',
      PORT: '0',
      DATABASE_URL: 'postgresql://me:secret@db:5432/groundwire',
      LLM_BASE_URL: 'http://one:8000/v1, http://two:8000/v1',
      LLM_MODEL: 'llama',
      EMBEDDING_BASE_URL: 'http://embed/v1',
      EMBEDDING_MODEL: 'e5',
      EMBEDDING_DIMENSIONS: '384',
      EMBEDDING_API_KEY: 'key',
      RERANK_BASE_URL: 'http://rerank',
      RERANK_MODEL: 'bge',
      LOG_LEVEL: 'debug',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
    })
    expect(config).toMatchObject({
      auth: 'keys',
      port: 0,
      database: { kind: 'server', url: 'postgresql://me:secret@db:5432/groundwire' },
      llm: {
        kind: 'openai',
        baseUrls: ['http://one:8000/v1', 'http://two:8000/v1'],
        model: 'llama',
        apiKey: null,
      },
      embedding: {
        kind: 'openai',
        baseUrls: ['http://embed/v1'],
        model: 'e5',
        dimensions: 384,
        sendDimensions: false,
        apiKey: 'key',
        prefixes: { query: null, passage: null },
      },
      rerank: { kind: 'openai', model: 'bge' },
      tracing: { export: true, captureContent: false },
    })
  })

  test('takes a blank variable for an absent one', () => {
    expect(readConfig({ PORT: ' ', DATABASE_URL: '', LLM_BASE_URL: '', AUTH: '', HOST: '' })).toEqual(
      readConfig({}),
    )
  })

  test('reports every mistake at once, each by its variable, and no value that could be secret', () => {
    const env = {
      PORT: '70000',
      HOST: '0.0.0.0',
      AUTH: 'open',
      LOG_LEVEL: 'loud',
      DATABASE_URL: 'mysql://root:secret@db/x',
      LLM_BASE_URL: 'http://fine,ftp://not',
      EMBEDDING_BASE_URL: 'http://embed',
      EMBEDDING_DIMENSIONS: '0',
      RERANK_MODEL: 'bge',
    }
    const problems = problemsOf(env)
    const named = problems.map((problem) => problem.split(':')[0])
    expect(new Set(named)).toEqual(
      new Set([
        'PORT',
        'AUTH',
        'LOG_LEVEL',
        'DATABASE_URL',
        'LLM_BASE_URL',
        'LLM_MODEL',
        'EMBEDDING_MODEL',
        'EMBEDDING_DIMENSIONS',
        'RERANK_BASE_URL',
      ]),
    )
    expect(problems.join()).not.toContain('secret')
    expect(() => readConfig(env)).toThrow(
      /^The configuration is not valid:\n {2}PORT: must be a whole number/,
    )
  })

  test.each([
    [{ LLM_MODEL: 'llama' }, 'LLM_BASE_URL'],
    [{ LLM_BASE_URL: 'http://llm' }, 'LLM_MODEL'],
    [{ EMBEDDING_MODEL: 'e5' }, 'EMBEDDING_BASE_URL'],
    [{ EMBEDDING_BASE_URL: 'http://embed', EMBEDDING_MODEL: 'e5' }, 'EMBEDDING_DIMENSIONS'],
    [{ RERANK_BASE_URL: 'http://rerank' }, 'RERANK_MODEL'],
    [{ RERANK_API_KEY: 'key' }, 'RERANK_BASE_URL'],
    [{ EMBEDDING_DIMENSIONS: '384', EMBEDDING_API_KEY: 'key' }, 'EMBEDDING_BASE_URL'],
    [{ EMBEDDING_NEXT_PASSAGE_PREFIX: 'passage: ' }, 'EMBEDDING_NEXT_BASE_URL'],
  ])('takes no half of a provider: %j', (env, missing) => {
    expect(problemsOf(env)).toEqual([expect.stringMatching(`^${missing}: needed where`)])
  })

  test('is open on a loopback address only', () => {
    for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost']) {
      expect(isLoopback(host)).toBe(true)
      expect(readConfig({ HOST: host }).auth).toBe('open')
    }
    for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example.com', 'example.com', '127.1']) {
      expect(isLoopback(host)).toBe(false)
      expect(readConfig({ HOST: host }).auth).toBe('keys')
      expect(problemsOf({ HOST: host, AUTH: 'open' })).toHaveLength(1)
    }
    expect(readConfig({ AUTH: 'keys' }).auth).toBe('keys')
  })
})
