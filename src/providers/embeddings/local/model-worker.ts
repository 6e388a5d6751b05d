import { setImmediate } from 'node:timers/promises'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { libraryName, loadLibrary } from './library.ts'
import { type LoadedModel, loadModel } from './load-model.ts'
import { miniBatches } from './mini-batches.ts'
import type { FromThread, ThreadOptions, ToThread } from './protocol.ts'

/** The thread that has the model: native code runs here for as long as it takes, and the process answers meanwhile. */

interface Task {
  readonly id: number
  readonly texts: readonly string[]
  readonly batches: number[][]
  readonly vectors: Float32Array<ArrayBuffer>
}

/** Questions go before passages: at most one mini-batch is between them and the model. */
function serve(model: LoadedModel, port: MessagePort, options: ThreadOptions): void {
  const send = (message: FromThread, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)
  const urgent = new Map<number, Task>()
  const others = new Map<number, Task>()
  let busy = false

  const step = async (task: Task) => {
    const places = task.batches.shift() ?? []
    const vectors = await model.embed(places.map((place) => task.texts[place] ?? ''))
    for (const [i, place] of places.entries()) task.vectors.set(vectors[i] ?? [], place * model.dimensions)
  }
  const work = async () => {
    busy = true
    for (;;) {
      const [task] = urgent.size > 0 ? urgent.values() : others.values()
      if (!task) break
      try {
        await step(task)
        if (task.batches.length === 0 && drop(task.id)) {
          send({ kind: 'vectors', id: task.id, vectors: task.vectors }, [task.vectors.buffer])
        }
      } catch (error) {
        drop(task.id)
        send({ kind: 'rejected', id: task.id, message: messageOf(error) })
      }
      // Lets in what was asked or cancelled meanwhile.
      await setImmediate()
    }
    busy = false
  }
  const drop = (id: number) => urgent.delete(id) || others.delete(id)

  port.on('message', (message: ToThread) => {
    if (message.kind === 'cancel') {
      drop(message.id)
      return
    }
    const { id, texts } = message
    const batches = miniBatches(texts, options.maxTokens)
    const vectors = new Float32Array(texts.length * model.dimensions)
    const queue = message.urgent ? urgent : others
    queue.set(id, { id, texts, batches, vectors })
    if (!busy) void work()
  })
  send({ kind: 'ready', dimensions: model.dimensions })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

async function main(port: MessagePort, options: ThreadOptions): Promise<void> {
  const fail = (missing: 'library' | 'model', message: string) =>
    port.postMessage({ kind: 'failed', missing, message } satisfies FromThread)
  try {
    const library = loadLibrary(options.libraryDirectory)
    if (!library) fail('library', `${libraryName} is not installed`)
    else serve(await loadModel(library, options), port, options)
  } catch (error) {
    fail('model', messageOf(error))
  }
}

if (parentPort) await main(parentPort, workerData)
