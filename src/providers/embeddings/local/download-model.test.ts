import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { tinyModel } from '../../../../test/testkit/local-model/write-model.ts'
import { providerDeps } from '../../../../test/testkit/upstream/provider-deps.ts'
import { readEmbeddingConfig } from '../../../config/embedding-config.ts'
import { downloadModel } from './download-model.ts'
import { ModelError, readModelFolder } from './model-folder.ts'

let resources: AsyncDisposableStack
beforeEach(() => {
  resources = new AsyncDisposableStack()
})
afterEach(() => resources.disposeAsync())

/** A hub with one model, on a port of its own. */
async function setUp(files: Readonly<Record<string, string | Uint8Array>>) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const name = /^\/org\/tiny\/resolve\/main\/(.+)$/.exec(request.url ?? '')?.[1] ?? ''
    asked.push(`${name} ${request.headers.authorization}`)
    const content = files[name]
    if (name in files && content === 'CUT') {
      response.writeHead(200, { 'content-length': 1_000 }).write('{')
      setImmediate(() => response.destroy())
    } else response.writeHead(content === undefined ? 404 : 200).end(content)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  resources.defer(() => void server.close())
  const cache = await mkdtemp(join(tmpdir(), 'groundwire-hub-'))
  resources.defer(() => rm(cache, { recursive: true }))
  const env = {
    EMBEDDING_PROVIDER: 'local',
    EMBEDDING_MODEL: 'org/tiny',
    EMBEDDING_CACHE_DIR: join(cache, 'models'),
    HF_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    HF_TOKEN: 'token',
  }
  const config = readEmbeddingConfig(env, 'EMBEDDING', [])
  if (config.kind !== 'local') throw new Error('not local')
  return {
    asked,
    download: (more: Partial<typeof config> = {}) =>
      downloadModel({ ...config, ...more }, providerDeps().logger),
    kept: () => readdir(join(cache, 'models')),
  }
}

test('a model of the hub is fetched once, weights beside their graph included, and is a folder', async () => {
  const { download, asked, kept } = await setUp({ ...tinyModel, 'onnx/model.onnx_data': 'x' })
  const folder = await download()
  expect(asked).toContain('onnx/model.onnx Bearer token')
  expect(await readdir(join(folder, 'onnx'))).toEqual(['model.onnx', 'model.onnx_data'])
  expect(await readModelFolder(folder, 'fp32')).toMatchObject({ pooling: 'mean', maxTokens: 64 })
  asked.length = 0
  expect(await download()).toBe(folder)
  expect(asked).toEqual([])
  expect(await kept()).toEqual(['org--tiny@fp32'])
})

test('of two that fetch at once both have it', async () => {
  const { download, kept } = await setUp(tinyModel)
  const [one, two] = await Promise.all([download(), download()])
  expect(one).toBe(two)
  expect(await kept()).toEqual(['org--tiny@fp32'])
})

test('what the hub does not have is a mistake of the configuration, and nothing of it is kept', async () => {
  const { download, kept } = await setUp(tinyModel)
  await expect(download({ weights: 'q8' })).rejects.toBeInstanceOf(ModelError)
  await expect(download({ model: 'org/unknown' })).rejects.toBeInstanceOf(ModelError)
  expect(await kept()).toEqual([])
})

test('a hub that cannot be reached is told with what to look at', async () => {
  const { download } = await setUp(tinyModel)
  const cacheDirectory = await mkdtemp(join(tmpdir(), 'groundwire-no-hub-'))
  resources.defer(() => rm(cacheDirectory, { recursive: true }))
  const hub = { url: 'http://127.0.0.1:1', token: 'token', cacheDirectory }
  const error = await download({ hub }).catch((thrown: unknown) => thrown)
  expect(error).not.toBeInstanceOf(ModelError)
  expect(String(error)).toMatch(
    /EMBEDDING_MODEL: org\/tiny could not be fetched from http:\/\/127\.0\.0\.1:1 \(.+\): .*HF_ENDPOINT/,
  )
  expect(String(error)).not.toContain('token')
})

test('what breaks off is nothing, and is fetched anew', async () => {
  const files: Record<string, string | Uint8Array> = { ...tinyModel, 'onnx/model.onnx': 'CUT' }
  const { download, kept } = await setUp(files)
  const error = await download().catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(Error)
  expect(error).not.toBeInstanceOf(ModelError)
  expect(String(error)).toContain('EMBEDDING_MODEL: org/tiny could not be fetched')
  expect(await kept()).toEqual([])
  files['onnx/model.onnx'] = 'whole'
  await download()
  expect(await kept()).toEqual(['org--tiny@fp32'])
})
