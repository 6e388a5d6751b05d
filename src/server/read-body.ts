import type { IncomingMessage } from 'node:http'
import { abortReason } from './operation.ts'
import { requestError } from './request-error.ts'
import type { ServerLimits } from './server-options.ts'

/** In lower case, without parameters; empty where the request has none. */
export function mediaTypeOf(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/** What a request's body may have, by what it is. */
export function bodyLimitOf(request: IncomingMessage, limits: ServerLimits): number {
  return mediaTypeOf(request) === 'multipart/form-data' ? limits.uploadBytes : limits.bodyBytes
}

/** A Content-Length over the limit is known before a byte is read. */
export function declaresTooMuch(request: IncomingMessage, limit: number): boolean {
  return Number(request.headers['content-length'] ?? 0) > limit
}

export function bodyTooLarge(limit: number) {
  return requestError(`Request body is too large: at most ${limit} bytes`, {
    status: 413,
    details: { field: 'body', limit },
  })
}

/**
 * The bytes of a request, at most `limit` of them in memory. Of a longer body the rest is read and dropped:
 * closing the socket under a client that still writes would reset it before it could read the refusal. The
 * HTTP server's requestTimeout bounds how long.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (declaresTooMuch(request, limit)) {
    request.resume()
    throw bodyTooLarge(limit)
  }
  const chunks: Buffer[] = []
  let size = 0
  // Not `for await`: leaving that loop early destroys the request, and the response with it.
  return new Promise((resolve, reject) => {
    const refuse = (error: unknown) => {
      chunks.length = 0
      request.off('data', collect)
      request.resume()
      reject(error)
    }
    const collect = (chunk: Buffer) => {
      size += chunk.length
      if (size > limit) refuse(bodyTooLarge(limit))
      else chunks.push(chunk)
    }
    const lose = () => reject(abortReason('The client closed the connection.'))
    request.on('data', collect)
    request.once('error', reject)
    request.once('close', lose)
    request.once('end', () => {
      // A request lives as long as the stream that answers it, and its listeners would keep the body: a few bytes of
      // Node's pool, of which each holds 64 KiB.
      request.off('data', collect).off('error', reject).off('close', lose)
      resolve(Buffer.concat(chunks.splice(0)))
    })
  })
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** @throws a request error instead of putting U+FFFD where the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array, field = 'body'): string {
  try {
    return utf8.decode(bytes)
  } catch {
    const what = field === 'body' ? 'Request body' : field
    throw requestError(`${what} is not valid UTF-8`, { details: { field } })
  }
}
