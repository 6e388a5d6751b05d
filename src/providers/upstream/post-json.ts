import { HttpError } from './http-error.ts'
import type { Subject } from './subject.ts'
import { rejected } from './upstream-error.ts'

export interface PostOptions {
  readonly apiKey: string | null
  readonly maxAnswerBytes: number
  readonly subject: Subject
  readonly signal: AbortSignal
}

/**
 * Posts JSON and returns the parsed answer, unchecked.
 * @throws HttpError for a status that is no success; UpstreamError UPSTREAM_REJECTED for an answer that is no JSON, or
 * longer than that.
 */
export async function postJson(
  url: string,
  body: unknown,
  { apiKey, maxAnswerBytes, subject, signal }: PostOptions,
): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
    },
    body: JSON.stringify(body),
    // fetch would repeat a redirected POST as a GET without its body, and the error would mislead.
    redirect: 'manual',
    signal,
  })
  if (!response.ok) {
    await response.body?.cancel()
    throw new HttpError(response.status, response.headers)
  }
  const text = await readText(response, maxAnswerBytes)
  if (text === null) {
    throw rejected(
      subject,
      `answers with more than it was asked for: check ${subject.variables}_BASE_URL`,
      'too long',
    )
  }
  try {
    return JSON.parse(text)
  } catch {
    // A proxy's or another service's page: the address is wrong, and asking again brings the same page.
    throw rejected(subject, `does not answer with JSON: check ${subject.variables}_BASE_URL`, 'no JSON')
  }
}

/** Null where it is longer than that. */
async function readText(response: Response, maxBytes: number): Promise<string | null> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.length
    // Leaving the loop ends the request.
    if (length > maxBytes) return null
    parts.push(part)
  }
  return new TextDecoder().decode(Buffer.concat(parts))
}
