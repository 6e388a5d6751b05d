import type { IncomingMessage } from 'node:http'
import { HttpError } from '../upstream/http-error.ts'
import type { Subject } from '../upstream/subject.ts'
import { rejected, type UpstreamError } from '../upstream/upstream-error.ts'
import { readContextError } from './read-context-error.ts'

/** Of an answer that is no stream: what an error needs to say itself. */
const maxBytes = 16_384

/** What to throw for an answer that is no stream of events, or null where it is one. Its body is read, not kept. */
export async function readRefusal(
  answer: IncomingMessage,
  subject: Subject,
): Promise<UpstreamError | HttpError | null> {
  const { statusCode = 0, headers } = answer
  const ok = statusCode >= 200 && statusCode < 300
  if (ok && !/\b(html|json)\b/.test(headers['content-type'] ?? '')) return null
  const tooLong = readContextError(await readBody(answer), subject)
  if (tooLong) return tooLong
  if (ok) {
    const problem = `does not answer with a stream: check ${subject.variables}_BASE_URL`
    return rejected(subject, problem, 'no stream')
  }
  const retryAfter = headers['retry-after']
  return new HttpError(statusCode, new Headers(retryAfter === undefined ? {} : { 'retry-after': retryAfter }))
}

/** JSON where it is some, else its text. A body that breaks off is as good as none. */
async function readBody(answer: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  let length = 0
  try {
    for await (const part of answer) {
      parts.push(part)
      length += part.length
      // Leaving the loop closes the connection.
      if (length > maxBytes) break
    }
  } catch {
    // The status says enough.
  }
  const text = Buffer.concat(parts).toString('utf8', 0, maxBytes)
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
