import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readEmbeddingConfig } from '../../src/config/embedding-config.ts'
import { openLocalEmbeddings } from '../../src/providers/embeddings/local/local-embeddings.ts'
import { bootApp } from '../testkit/app/boot-app.ts'
import { ingestReady, texts } from '../testkit/app/ingest-ready.ts'
import { runCommand } from '../testkit/app/run-command.ts'
import { fakeLibrary } from '../testkit/local-model/fake-library.ts'
import { modelDimensions, tinyModel, tokenVector, writeFolder } from '../testkit/local-model/write-model.ts'
import { providerDeps } from '../testkit/upstream/provider-deps.ts'

/** A folder whose node_modules has @huggingface/transformers; .ci/run makes one. */
const library = process.env.TEST_EMBEDDING_LIBRARY ?? ''
/** A folder with all-MiniLM-L6-v2 and its onnx/model.onnx, where one is at hand. */
const miniLm = process.env.TEST_MINILM ?? ''
const signal = new AbortController().signal

function localConfig(model: string) {
  const env = { EMBEDDING_PROVIDER: 'local', EMBEDDING_MODEL: model, EMBEDDING_LIBRARY_DIR: library }
  const config = readEmbeddingConfig(env, 'EMBEDDING', [])
  if (config.kind !== 'local') throw new Error('not local')
  return config
}

test('a process whose local model has no library ends with what to install', async () => {
  await using folder = await writeFolder(tinyModel)
  await using data = await writeFolder({})
  await using elsewhere = await writeFolder({})
  const { code, stderr } = await runCommand(['serve'], {
    PORT: '0',
    DATA_DIR: `${data.path}/database`,
    EMBEDDING_PROVIDER: 'local',
    EMBEDDING_MODEL: folder.path,
    EMBEDDING_LIBRARY_DIR: elsewhere.path,
  })
  expect(code).toBe(78)
  expect(stderr).toContain(
    `npm install --ignore-scripts --prefix ${elsewhere.path} @huggingface/transformers@`,
  )
})

test.each([
  ['a double of the library', ''],
  ['the library', library],
])('documents are ingested and found by a model in the process, with %s', async (name, directory) => {
  if (name === 'the library' && !existsSync(directory)) return
  await using double = await writeFolder(fakeLibrary)
  await using folder = await writeFolder(tinyModel)
  await using app = await bootApp({
    env: {
      EMBEDDING_PROVIDER: 'local',
      EMBEDDING_MODEL: folder.path,
      EMBEDDING_LIBRARY_DIR: directory || double.path,
    },
  })
  await ingestReady(app, 'default', texts({ tide: 'spring tides', wind: 'trade winds', ice: 'sea ice' }))
  const { mode, hits } = await app.client.retrieve({ query: 'trade winds', mode: 'VECTOR', topK: 3 })
  expect(mode).toBe('VECTOR')
  expect(hits.map(({ chunk }) => chunk.document.externalId)[0]).toBe('wind')
  expect(hits).toHaveLength(3)
})

test.skipIf(!existsSync(library))(
  'the library itself makes the mean of the tokens, padding left out',
  async () => {
    await using folder = await writeFolder(tinyModel)
    await using embeddings = await openLocalEmbeddings(localConfig(folder.path), providerDeps())
    expect(embeddings.dimensions).toBe(modelDimensions)
    const odd = ['\u0000', '🙂🙂🙂', '\ud800 lone', 'x'.repeat(100_000), ' '.repeat(10_000), '漢字']
    const [both, , ...others] = await embeddings.embed(
      ['Spring TIDES', 'sea ice forms below the moon', ...odd],
      'passage',
      signal,
    )
    const tokens = ['[CLS]', 'spring', 'tides'].map(tokenVector)
    const mean = tokens.reduce((sum, vector) => sum.map((value, i) => value + (vector[i] ?? 0)))
    const length = Math.hypot(...mean)
    for (const [i, value] of mean.entries()) expect(both?.[i]).toBeCloseTo(value / length, 6)
    for (const vector of others) expect(Math.hypot(...vector)).toBeCloseTo(1, 5)
  },
)

test.skipIf(!existsSync(library) || !existsSync(miniLm))(
  'all-MiniLM-L6-v2 makes the similarities that are published of it',
  async () => {
    await using embeddings = await openLocalEmbeddings(localConfig(miniLm), providerDeps())
    // The example of huggingface.co/sentence-transformers/all-MiniLM-L6-v2 for sentence similarity.
    const sentences = [
      'That is a happy person',
      'That is a happy dog',
      'That is a very happy person',
      'Today is a sunny day',
    ]
    const [first, ...rest] = await embeddings.embed(sentences, 'passage', signal)
    const cosines = rest.map((vector) => vector.reduce((sum, value, i) => sum + value * (first?.[i] ?? 0), 0))
    for (const [i, cosine] of [0.6945773, 0.942915, 0.2568762].entries())
      expect(cosines[i]).toBeCloseTo(cosine, 4)
  },
)
