import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { Busboy, type BusboyInstance } from '@fastify/busboy'
import { ErrorCode } from '../errors.ts'
import { abortReason } from './operation.ts'
import { bodyTooLarge, declaresTooMuch } from './read-body.ts'
import { requestError } from './request-error.ts'
import type { ServerLimits } from './server-options.ts'

export interface Part {
  readonly name: string
  /** Without folders; null where there is none. */
  readonly fileName: string | null
  readonly mimeType: string
  /** To be read to its end before the next part is asked for. Fails with what ends the request. */
  readonly body: AsyncIterable<Buffer>
}

export type PartLimits = Pick<ServerLimits, 'uploadBytes' | 'uploadFiles' | 'uploadIdleMs' | 'uploadMs'>

/**
 * The parts of a multipart/form-data request, one after the other, never with more in memory than what came
 * in one read of the socket. Whatever ends it early, the rest of the request is read and dropped: a client
 * that still writes could not read the refusal otherwise.
 *
 * @throws a request error: 413 above a limit, 408 where the client is too slow, 400 for what is malformed; an
 * AbortError where the client has gone
 */
export async function* readParts(
  request: IncomingMessage,
  limits: PartLimits,
): AsyncGenerator<Part, void, void> {
  const arriving = new Arriving()
  const fail = (error: unknown) => arriving.fail(error)
  if (declaresTooMuch(request, limits.uploadBytes)) {
    request.resume()
    throw bodyTooLarge(limits.uploadBytes)
  }
  const parser = openParser(request, limits.uploadFiles, arriving)
  const idle = setTimeout(() => fail(tooSlow('nothing came', limits.uploadIdleMs)), limits.uploadIdleMs)
  const whole = setTimeout(() => fail(tooSlow('it was not complete', limits.uploadMs)), limits.uploadMs)
  let bytes = 0
  const count = (chunk: Buffer) => {
    idle.refresh()
    bytes += chunk.length
    if (bytes > limits.uploadBytes) fail(bodyTooLarge(limits.uploadBytes))
  }
  const gone = () => {
    if (!request.complete) fail(abortReason('The client closed the connection.'))
  }
  // Not stream.pipeline: it would destroy the request, and the response with it.
  const stop = () => {
    clearTimeout(idle)
    clearTimeout(whole)
    request.off('data', count)
    request.unpipe(parser)
    request.resume()
  }
  arriving.onEnd = stop
  request.once('close', gone)
  request.once('error', gone)
  request.on('data', count)
  request.pipe(parser)
  if (request.destroyed) gone()
  try {
    for (let part = await arriving.next(); part; part = await arriving.next()) yield part
  } finally {
    stop()
    arriving.fail(abortReason('The parts are not read to their end.'))
  }
}

function openParser(request: IncomingMessage, files: number, arriving: Arriving): BusboyInstance {
  const contentType = request.headers['content-type'] ?? ''
  let parser: BusboyInstance
  try {
    parser = new Busboy({
      headers: { 'content-type': contentType },
      // All parts come as streams: of its fields it would replace what is not UTF-8, and keep a limit's worth.
      isPartAFile: () => true,
      limits: { parts: files + 2, headerPairs: 32, headerSize: 16 * 1024 },
    })
  } catch {
    request.resume()
    throw malformed()
  }
  parser.on('file', (name: string | undefined, body, fileName: string | undefined, _encoding, mimeType) => {
    arriving.push({ name: name ?? '', fileName: unescaped(fileName ?? '') || null, mimeType }, body)
  })
  parser.on('partsLimit', () => {
    arriving.fail(
      requestError(`At most ${files} files are taken in one request`, {
        status: 413,
        details: { field: 'map', limit: files },
      }),
    )
  })
  parser.on('error', () => arriving.fail(malformed()))
  parser.on('finish', () => arriving.finish())
  return parser
}

/** Parts that the parser has begun, in their order, and how it ended. */
class Arriving {
  readonly #waiting: Part[] = []
  readonly #bodies = new Set<Readable>()
  #news = Promise.withResolvers<void>()
  #end: { readonly error?: unknown } | undefined
  onEnd = () => {}

  push(part: Omit<Part, 'body'>, body: Readable): void {
    // Also after the end: an error that nobody listens to would end the process.
    body.on('error', () => {})
    if (this.#end) return void body.destroy()
    this.#bodies.add(body)
    body.once('end', () => this.#bodies.delete(body))
    this.#waiting.push({ ...part, body: this.#read(body) })
    this.#news.resolve()
  }

  async *#read(body: Readable): AsyncGenerator<Buffer, void, void> {
    try {
      yield* body as AsyncIterable<Buffer>
    } catch (error) {
      // The parser tells a body in words of its own that it has ended early.
      throw this.#end && 'error' in this.#end ? this.#end.error : error
    }
  }

  finish(): void {
    this.#end ??= {}
    this.#news.resolve()
  }

  /** The first reason stays. */
  fail(error: unknown): void {
    if (this.#end) return
    this.#end = { error }
    this.onEnd()
    for (const body of this.#bodies) body.destroy(error as Error)
    this.#news.resolve()
  }

  async next(): Promise<Part | undefined> {
    while (this.#waiting.length === 0 && !this.#end) {
      await this.#news.promise
      this.#news = Promise.withResolvers()
    }
    if (this.#end && 'error' in this.#end) throw this.#end.error
    return this.#waiting.shift()
  }
}

/** Browsers write these three so, and nothing else (HTML, multipart/form-data encoding algorithm). */
function unescaped(fileName: string): string {
  return fileName.replace(/%(?:22|0a|0d)/gi, (written) => decodeURIComponent(written))
}

function malformed() {
  return requestError('body is not valid multipart/form-data', { details: { field: 'body' } })
}

function tooSlow(what: string, ms: number) {
  return requestError(`The upload was given up: ${what} within ${ms / 1000} s`, {
    code: ErrorCode.Unavailable,
    status: 408,
    details: { retryable: true },
  })
}
