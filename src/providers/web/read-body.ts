import type { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { createByteCollector } from './byte-collector.ts'
import { errorCode, FetchError } from './fetch-error.ts'

const chunkSize = 65_536
const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip({ chunkSize }),
  'x-gzip': () => createGunzip({ chunkSize }),
  br: () => createBrotliDecompress({ chunkSize }),
  deflate: () => createInflate({ chunkSize }),
}

export function tooLarge(maxBytes: number): FetchError {
  const size = `${Math.round((maxBytes / 2 ** 20) * 100) / 100} MiB`
  return new FetchError('too_large', { message: `The content is larger than ${size}.` })
}

/**
 * A body's decoded bytes. Both the bytes that arrive and those that come of them are counted while they stream:
 * compressed zeros are cut where they reach the limit, and compressed nothing (empty gzip members) where it does.
 *
 * One encoding at most, as no server has a reason for two: between two decoders a stream without limits could run.
 * @throws FetchError too_large or encoding; zlib's errors and the stream's.
 */
export async function readBody(
  body: Readable,
  contentEncoding: string | null,
  maxBytes: number,
): Promise<Buffer> {
  const encoding = contentEncoding?.trim().toLowerCase() ?? ''
  const collector = createByteCollector()
  async function collect(source: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const piece of source) {
      if (collector.length + piece.length > maxBytes) throw tooLarge(maxBytes)
      collector.add(piece)
    }
  }
  let received = 0
  async function* count(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of source) {
      received += piece.length
      if (received > maxBytes) throw tooLarge(maxBytes)
      yield piece
    }
  }
  if (encoding === '' || encoding === 'identity') await pipeline(body, collect)
  else {
    const decoder = Object.hasOwn(decoders, encoding) ? decoders[encoding]?.() : undefined
    if (decoder === undefined) throw new FetchError('encoding', { detail: 'unknown encoding' })
    await pipeline(body, count, decoder, collect).catch((error: unknown) => {
      // An empty answer that names an encoding nevertheless: zlib misses its header.
      if (received > 0 || errorCode(error) !== 'Z_BUF_ERROR') throw error
    })
  }
  return collector.join()
}
