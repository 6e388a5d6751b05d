import { access, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { fakeLibrary } from '../../../../test/testkit/local-model/fake-library.ts'
import { tinyModel, writeFolder } from '../../../../test/testkit/local-model/write-model.ts'
import { patience } from '../../../../test/testkit/patience.ts'
import { providerDeps, seriesValue } from '../../../../test/testkit/upstream/provider-deps.ts'
import { readEmbeddingConfig } from '../../../config/embedding-config.ts'
import { ConfigError } from '../../../config.ts'
import { openEmbeddings } from '../open-embeddings.ts'
import { type LocalEmbeddingLimits, openLocalEmbeddings } from './local-embeddings.ts'

const never = new AbortController().signal
let resources: AsyncDisposableStack
beforeEach(() => {
  resources = new AsyncDisposableStack()
})
afterEach(() => resources.disposeAsync())

function configOf(model: string, library: string, more: NodeJS.ProcessEnv = {}) {
  const env = {
    EMBEDDING_PROVIDER: 'local',
    EMBEDDING_MODEL: model,
    EMBEDDING_LIBRARY_DIR: library,
    ...more,
  }
  const config = readEmbeddingConfig(env, 'EMBEDDING', [])
  if (config.kind !== 'local') throw new Error('not local')
  return config
}

async function setUp(limits: Partial<LocalEmbeddingLimits> = {}, more: NodeJS.ProcessEnv = {}) {
  const library = resources.use(await writeFolder(fakeLibrary))
  const folder = resources.use(await writeFolder(tinyModel))
  const deps = providerDeps()
  const config = configOf(folder.path, library.path, more)
  const embeddings = resources.use(
    await openLocalEmbeddings(config, { ...deps, limits: { restartMs: 0, ...limits } }),
  )
  return {
    ...deps,
    embeddings,
    embed: (texts: string[], kind: 'query' | 'passage' = 'passage', signal = never) =>
      embeddings.embed(texts, kind, signal),
    atTheGate: () => vi.waitFor(() => access(join(folder.path, 'at-the-gate')), { ...patience, interval: 2 }),
    open: () => writeFile(join(folder.path, 'open'), ''),
    /** What a thread that begins anew finds instead of its weights. */
    lose: (how: 'gone' | 'stuck') => writeFile(join(folder.path, how), ''),
    restore: (how: 'gone' | 'stuck') => rm(join(folder.path, how)),
    /** The texts of each run of the model, but for the one that measures it. */
    calls: async () => {
      const lines = (await readFile(join(folder.path, 'calls.txt'), 'utf8')).trim().split('\n')
      return lines.map((line): string[] => JSON.parse(line)).slice(1)
    },
  }
}

describe('a model in the process', () => {
  test('makes vectors of length 1, each at its text, and says how many dimensions they have', async () => {
    const { embeddings, embed, metrics } = await setUp()
    expect(embeddings.dimensions).toBe(26)
    const texts = ['a', 'bbbb', 'aab', ...Array.from({ length: 40 }, (_, i) => 'abc'.repeat(40 - i))]
    const vectors = await embed(texts)
    expect(vectors).toHaveLength(43)
    expect(vectors[0]?.[0]).toBe(1)
    expect(vectors[1]?.[1]).toBe(1)
    expect(vectors[2]?.[0]).toBeCloseTo(2 / Math.sqrt(5), 6)
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 6)
    const labels = { upstream: 'embeddings', outcome: 'ok' }
    expect(await seriesValue(metrics, 'groundwire_upstream_request_duration_seconds', labels)).toBe(3)
  })

  test('delivers passages in runs, and stops with its consumer', async () => {
    const { embeddings } = await setUp()
    const texts = Array.from({ length: 100 }, (_, i) => 'xyz'.repeat(i + 1))
    const starts: number[] = []
    for await (const { start, vectors } of embeddings.embedEach(texts, never)) {
      starts.push(start)
      expect(vectors).toHaveLength(start === 96 ? 4 : 16)
    }
    expect(starts.toSorted((x, y) => x - y)).toEqual([0, 16, 32, 48, 64, 80, 96])
    for await (const _ of embeddings.embedEach(texts, never)) break
  })

  test('runs texts of like length together', async () => {
    const { embed, calls } = await setUp()
    await embed(['x'.repeat(1_500), 'a', 'y'.repeat(1_500), 'b'])
    const lengths = (await calls()).map((texts) => texts.map((text) => text.length))
    expect(lengths).toEqual([[1, 1, 1_500, 1_500].slice(0, lengths[0]?.length), ...lengths.slice(1)])
    expect(lengths.flat()).toEqual([1, 1, 1_500, 1_500])
  })

  test('answers a question before the passages that wait', async () => {
    const { embed, atTheGate, open, calls } = await setUp()
    const held = embed(['GATE a'])
    await atTheGate()
    const waiting = [embed(['b']), embed(['c'])]
    const question = embed(['d'], 'query')
    await open()
    await Promise.all([held, question, ...waiting])
    expect((await calls()).flat()).toEqual(['GATE a', 'd', 'b', 'c'])
  })

  test('drops what is aborted before its turn', async () => {
    const { embed, atTheGate, open, calls } = await setUp()
    const held = embed(['GATE a'])
    await atTheGate()
    const caller = new AbortController()
    const reason = new DOMException('enough', 'AbortError')
    const left = embed(['b'], 'passage', caller.signal)
    caller.abort(reason)
    await expect(left).rejects.toBe(reason)
    await open()
    await held
    await embed(['c'])
    expect((await calls()).flat()).toEqual(['GATE a', 'c'])
  })

  test('refuses more than it has room for, retryable', async () => {
    const { embed, atTheGate, open } = await setUp({ calls: 2 })
    const held = [embed(['GATE a']), embed(['b'])]
    await atTheGate()
    await expect(embed(['c'])).rejects.toMatchObject({
      failure: { code: 'UPSTREAM_UNAVAILABLE', retryable: true },
    })
    await open()
    await Promise.all(held)
  })

  test('that crashes fails its calls, retryable, and begins anew', async () => {
    const { embed } = await setUp()
    const unavailable = { failure: { code: 'UPSTREAM_UNAVAILABLE', retryable: true } }
    const failed = await Promise.allSettled([embed(['CRASH']), embed(['b'])])
    for (const outcome of failed) expect(outcome).toMatchObject({ status: 'rejected', reason: unavailable })
    expect((await embed(['b']))[0]?.[1]).toBe(1)
    await expect(embed(['CRASH'])).rejects.toMatchObject(unavailable)
    expect((await embed(['b']))[0]?.[1]).toBe(1)
  })

  test('that says nothing any more is ended, and begins anew', async () => {
    const { embed } = await setUp({ silenceMs: 100 })
    await expect(embed(['SILENT'])).rejects.toMatchObject({ failure: { code: 'TIMEOUT', retryable: true } })
    await vi.waitFor(async () => expect((await embed(['b']))[0]?.[1]).toBe(1), patience)
  })

  test('whose files went away is unavailable, and works again when they are back', async () => {
    const { embed, lose, restore } = await setUp()
    await lose('gone')
    await expect(embed(['CRASH'])).rejects.toMatchObject({ failure: { code: 'UPSTREAM_UNAVAILABLE' } })
    for (const kind of ['query', 'passage'] as const) {
      await expect(embed(['b'], kind)).rejects.toMatchObject({
        failure: { code: 'UPSTREAM_UNAVAILABLE', retryable: true },
      })
    }
    await restore('gone')
    await vi.waitFor(async () => expect((await embed(['b']))[0]?.[1]).toBe(1), patience)
  })

  test('that is stuck where it begins anew keeps neither questions nor passages waiting for ever', async () => {
    const { embed, lose, restore } = await setUp({ queryMs: 50, loadMs: 1_500 })
    await lose('stuck')
    await expect(embed(['CRASH'])).rejects.toMatchObject({ failure: { code: 'UPSTREAM_UNAVAILABLE' } })
    const passage = embed(['b'])
    passage.catch(() => {})
    const timeout = { failure: { code: 'TIMEOUT', retryable: true } }
    await expect(embed(['b'], 'query')).rejects.toMatchObject(timeout)
    await expect(passage).rejects.toMatchObject(timeout)
    await restore('stuck')
    await vi.waitFor(async () => expect((await embed(['b']))[0]?.[1]).toBe(1), patience)
  })

  test.each([['THROW'], ['1234']])('that cannot work on %s rejects it, and goes on', async (text) => {
    const { embed } = await setUp()
    await expect(embed([text])).rejects.toMatchObject({
      failure: { code: 'UPSTREAM_REJECTED', retryable: false },
    })
    expect(await embed(['b'])).toHaveLength(1)
  })

  test('takes the first dimensions where fewer are configured', async () => {
    const { embeddings, embed } = await setUp({}, { EMBEDDING_DIMENSIONS: '2' })
    expect(embeddings.dimensions).toBe(2)
    expect(Array.from((await embed(['az']))[0] ?? [])).toEqual([1, 0])
  })

  test('has another space for other weights, another prefix and another model, and the same when it is moved', async () => {
    const library = resources.use(await writeFolder(fakeLibrary))
    const nameOf = async (files: typeof tinyModel, more = {}) => {
      await using folder = await writeFolder({ ...files, 'here/x': '' })
      await using embeddings = await openLocalEmbeddings(
        configOf(folder.path, library.path, more),
        providerDeps(),
      )
      return embeddings.model.replace(/.*@/, '')
    }
    const other = { ...tinyModel, 'onnx/model.onnx': 'other weights' }
    const names = await Promise.all([
      nameOf(tinyModel),
      nameOf(other),
      nameOf(tinyModel, { EMBEDDING_PASSAGE_PREFIX: 'passage: ' }),
    ])
    expect(new Set(names).size).toBe(3)
    expect(await nameOf(tinyModel)).toBe(names[0])
  })
})

describe('does not start, and says why:', () => {
  async function problemOf(files: Record<string, string | Uint8Array>, more = {}, library = fakeLibrary) {
    const place = resources.use(await writeFolder(library))
    const folder = resources.use(await writeFolder(files))
    const config = configOf(folder.path, place.path, more)
    const error = await openEmbeddings(config, providerDeps(), resources).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ConfigError)
    return (error as ConfigError).problems.join()
  }
  const { 'tokenizer.json': _, ...noTokenizer } = tinyModel

  test('the library is not installed, and how it is', async () => {
    const problem = await problemOf(tinyModel, {}, {})
    expect(problem).toMatch(
      /^EMBEDDING_PROVIDER: .*npm install --ignore-scripts --prefix \S+ @huggingface\/transformers@/,
    )
  })

  test.each([
    ['a file is missing', noTokenizer, {}, 'has no tokenizer.json'],
    [
      'other weights are there',
      tinyModel,
      { EMBEDDING_WEIGHTS: 'q8' },
      'model_quantized.onnx, but onnx/model.onnx',
    ],
    ['a file is broken', { ...tinyModel, 'config.json': '{' }, {}, 'config.json cannot be read'],
    ['it makes fewer dimensions', tinyModel, { EMBEDDING_DIMENSIONS: '100' }, 'makes 26 dimensions'],
    [
      'its pooling is unknown',
      { ...tinyModel, '1_Pooling/config.json': '{"pooling_mode_max_tokens": true}' },
      {},
      'none of mean, cls and last',
    ],
    ['there is no such folder', {}, { EMBEDDING_MODEL: './nowhere' }, 'is not there'],
    ['a hub name that is a path', {}, { EMBEDDING_MODEL: 'a/../b' }, 'no name on the hub'],
  ])('%s', async (_, files, more, message) => {
    const problem = await problemOf(files, more)
    expect(problem).toMatch(/^EMBEDDING_MODEL: /)
    expect(problem).toContain(message)
  })
})
