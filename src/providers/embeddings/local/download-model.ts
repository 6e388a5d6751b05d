import { createWriteStream } from 'node:fs'
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { LocalEmbeddingConfig } from '../../../config/embedding-config.ts'
import type { Logger } from '../../../telemetry/logger.ts'
import { networkDetail } from '../../upstream/classify-error.ts'
import { ModelError, modelFiles, weightSuffixes } from './model-folder.ts'

/** Of one file. */
const timeLimitMs = 30 * 60_000

/**
 * The folder of a model of the hub, which is fetched once: whole or not at all, so that a later start needs no
 * network. The library would fetch, too, but not what says how the model pools, and not all or nothing.
 * @throws ModelError where the hub has no such model; Error where it cannot be reached
 */
export async function downloadModel(
  { model, weights, hub, variables }: LocalEmbeddingConfig,
  logger: Logger,
): Promise<string> {
  if (!/^[\w.-]+(\/[\w.-]+)?$/.test(model) || model.includes('..')) {
    throw new ModelError(`${model} is no name on the hub (organisation/name)`)
  }
  const folder = join(hub.cacheDirectory, `${model.replace('/', '--')}@${weights}`)
  if (await isThere(folder)) return folder
  logger.info({ model, folder }, 'The embedding model is fetched from the hub')
  await mkdir(dirname(folder), { recursive: true })
  const partial = await mkdtemp(`${folder}.`)
  try {
    const weightsFile = `onnx/model${weightSuffixes[weights]}.onnx`
    const fetched = async (name: string, needed: boolean) => {
      const url = `${hub.url.replace(/\/$/, '')}/${model}/resolve/main/${name}`
      const response = await fetch(url, {
        headers: hub.token === null ? {} : { authorization: `Bearer ${hub.token}` },
        signal: AbortSignal.timeout(timeLimitMs),
      })
      if (!response.ok || !response.body) {
        await response.body?.cancel()
        if (response.status === 404 && !needed) return false
        const problem = `the hub answers ${response.status} for ${name} of ${model}`
        if (response.status >= 400 && response.status < 500) throw new ModelError(problem)
        throw new Error(`${problem}; try again`)
      }
      const path = join(partial, name)
      await mkdir(dirname(path), { recursive: true })
      await pipeline(response.body, createWriteStream(path))
      return true
    }
    for (const name of modelFiles.needed) await fetched(name, true)
    for (const name of modelFiles.optional) await fetched(name, false)
    await fetched(weightsFile, true)
    // Weights above 2 GB lie beside their graph: model.onnx_data, model.onnx_data_1, …
    for (let part = 0; await fetched(`${weightsFile}_data${part === 0 ? '' : `_${part}`}`, false); ) part += 1
    await rename(partial, folder).catch(async (error: unknown) => {
      // Another process was as fast.
      if (!(await isThere(folder))) throw error
    })
    return folder
  } catch (cause) {
    // fetch says "fetch failed", a stream "terminated", and neither of what.
    const network = cause instanceof TypeError || (cause instanceof Error && cause.name === 'TimeoutError')
    if (!network) throw cause
    const where = `a folder begins with /, ./ or ../, another hub is named by HF_ENDPOINT`
    const problem = `${variables}_MODEL: ${model} could not be fetched from ${hub.url}`
    throw new Error(`${problem} (${networkDetail(cause)}): ${where}`, { cause })
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
