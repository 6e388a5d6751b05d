import { Worker } from 'node:worker_threads'
import type { Logger } from '../../../telemetry/logger.ts'
import type { Subject } from '../../upstream/subject.ts'
import { rejected, timedOut, unavailable } from '../../upstream/upstream-error.ts'
import { ModelError } from './model-folder.ts'
import type { FromThread, ThreadOptions, ToThread } from './protocol.ts'

export interface ModelThreadLimits {
  /** Calls that wait or are worked on; one more is refused, retryable. @default 512 */
  readonly calls: number
  /** A thread that has work and says nothing for so long is ended and begun anew. @default 120000 */
  readonly silenceMs: number
  /** The same for a thread that loads its model anew, while calls wait. @default 600000 */
  readonly loadMs: number
  /** Nobody begins it anew for so long after it ended unasked; doubles up to a minute. @default 1000 */
  readonly restartMs: number
}

/** The thread with the model, begun anew where it ended unasked. */
export interface ModelThread extends AsyncDisposable {
  /** One after the other. @throws as Embeddings.embed */
  run(texts: readonly string[], urgent: boolean, signal: AbortSignal): Promise<Float32Array<ArrayBuffer>>
}

export class LibraryMissingError extends Error {
  override readonly name = 'LibraryMissingError'
}

interface Dependencies {
  readonly subject: Subject
  readonly logger: Logger
  readonly limits: ModelThreadLimits
}

type Call = PromiseWithResolvers<Float32Array<ArrayBuffer>>

/** Resolves when the model is loaded. @throws LibraryMissingError, ModelError */
export async function startModelThread(
  options: ThreadOptions,
  dependencies: Dependencies,
): Promise<{ readonly thread: ModelThread; readonly dimensions: number }> {
  const { subject, logger, limits } = dependencies
  let disposed = false
  let started = false
  let endings = 0
  let notBefore = 0
  let running = begin()

  function begin() {
    const worker = new Worker(new URL('./model-worker.ts', import.meta.url), { workerData: options })
    const calls = new Map<number, Call>()
    const ready = Promise.withResolvers<number>()
    let silence: NodeJS.Timeout | undefined
    let loaded = false
    const end = (error: Error) => {
      clearTimeout(silence)
      ready.reject(error)
      for (const call of calls.values()) call.reject(error)
      calls.clear()
    }
    const listen = () => {
      clearTimeout(silence)
      if (calls.size === 0) return
      const patience = loaded ? limits.silenceMs : limits.loadMs
      silence = setTimeout(() => {
        end(timedOut(subject))
        void worker.terminate()
      }, patience).unref()
    }
    worker.on('message', (message: FromThread) => {
      if (message.kind === 'ready') {
        loaded = true
        ready.resolve(message.dimensions)
        listen()
      } else if (message.kind === 'failed') {
        const Missing = message.missing === 'library' ? LibraryMissingError : ModelError
        ready.reject(new Missing(message.message))
        if (started) logger.warn({ problem: message.message }, 'The embedding model cannot be loaded again')
        // Its files were there when the process began: for who calls it is away, not wrong.
        end(unavailable(subject, 'cannot be loaded', { detail: message.message }))
        // What the library has opened would keep the thread, deaf.
        void worker.terminate()
      } else {
        endings = 0
        const call = calls.get(message.id)
        calls.delete(message.id)
        listen()
        if (message.kind === 'vectors') call?.resolve(message.vectors)
        else call?.reject(rejected(subject, 'could not work on a text', message.message))
      }
    })
    // An error ends the thread, and 'exit' follows.
    worker.on('error', (error) => logger.warn({ err: error }, 'The embedding model stopped with an error'))
    const ended = new Promise<void>((resolve) => {
      worker.once('exit', (code) => {
        const detail = `the thread ended with ${code}`
        if (!disposed) logger.warn({ code }, 'The thread of the embedding model ended; it begins anew')
        end(unavailable(subject, 'has stopped, and begins anew', { detail }))
        notBefore = performance.now() + Math.min(60_000, limits.restartMs * 2 ** endings)
        endings += 1
        resolve()
      })
    })
    ready.promise.catch(() => {})
    return { worker, calls, ready: ready.promise, ended, listen, over: () => worker.threadId === -1 }
  }

  const run: ModelThread['run'] = async (texts, urgent, signal) => {
    signal.throwIfAborted()
    if (running.over()) {
      if (disposed) throw unavailable(subject, 'has stopped', { detail: 'disposed' })
      if (performance.now() < notBefore) {
        throw unavailable(subject, 'has stopped, and begins anew soon', { detail: 'restarting' })
      }
      running = begin()
    }
    const { worker, calls, listen } = running
    if (calls.size >= limits.calls) {
      throw unavailable(subject, 'has too much to do', { detail: 'queue full', overloaded: true })
    }
    const id = nextId++
    const call: Call = Promise.withResolvers()
    calls.set(id, call)
    const onAbort = () => {
      calls.delete(id)
      listen()
      worker.postMessage({ kind: 'cancel', id } satisfies ToThread)
      call.reject(signal.reason)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    worker.postMessage({ kind: 'embed', id, urgent, texts } satisfies ToThread)
    if (calls.size === 1) listen()
    try {
      return await call.promise
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }
  let nextId = 1

  const dispose = async () => {
    disposed = true
    await running.worker.terminate()
    await running.ended
  }
  try {
    const dimensions = await running.ready
    started = true
    return { thread: { run, [Symbol.asyncDispose]: dispose }, dimensions }
  } catch (error) {
    await dispose()
    throw error
  }
}
