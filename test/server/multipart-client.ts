import { once } from 'node:events'
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'
import type { Answer } from './boot-toy.ts'

export interface RawPart {
  /** Of the part, whole, for example `form-data; name="0"; filename="a.txt"`. */
  readonly disposition: string
  readonly type?: string
  readonly body: string | Buffer
}

const boundary = 'b'.repeat(40)

export const text = (name: string, body: string | Buffer | object): RawPart => ({
  disposition: `form-data; name="${name}"`,
  body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
})

export const file = (
  name: string,
  body: string | Buffer,
  fileName = 'a.txt',
  type = 'text/plain',
): RawPart => ({
  disposition: `form-data; name="${name}"; filename="${fileName}"`,
  type,
  body,
})

export const head = ({ disposition, type }: RawPart): string =>
  `--${boundary}\r\nContent-Disposition: ${disposition}\r\n${type ? `Content-Type: ${type}\r\n` : ''}\r\n`

/** The bytes of a whole request. */
export function form(...parts: RawPart[]): Buffer {
  const written = parts.flatMap((part) => [
    Buffer.from(head(part)),
    Buffer.from(part.body),
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([...written, Buffer.from(`--${boundary}--\r\n`)])
}

/** What a client's library sends before the files: an operation with as many files as `files`, each in its place. */
export function uploading(query: string, files: number, more: object = {}): RawPart[] {
  const names = Array.from({ length: files }, (_, index) => index)
  const map = Object.fromEntries(names.map((index) => [index, [`variables.files.${index}`]]))
  return [
    text('operations', { query, variables: { files: names.map(() => null), ...more } }),
    text('map', map),
  ]
}

/** A request that its caller writes and ends. */
export function openUpload(url: string, headers: Record<string, string | number> = {}): ClientRequest {
  return httpRequest(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'graphql-require-preflight': '1',
      ...headers,
    },
  })
}

export async function answerTo(
  request: ClientRequest,
): Promise<{ status: number; headers: object } & Answer> {
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const answer = (await json(response)) as Answer
  return { status: response.statusCode ?? 0, headers: response.headers, ...answer }
}

export function upload(url: string, body: Buffer, headers: Record<string, string | number> = {}) {
  const request = openUpload(url, { 'content-length': body.length, ...headers })
  const answer = answerTo(request)
  request.end(body)
  return answer
}
