import { HttpError } from './http-error.ts'
import type { Subject } from './subject.ts'
import { rejected } from './upstream-error.ts'

/**
 * Posts JSON and returns the parsed answer, unchecked.
 * @throws HttpError for a status that is no success; UpstreamError UPSTREAM_REJECTED for an answer that is no JSON.
 */
export async function postJson(
  url: string,
  body: unknown,
  { apiKey, subject, signal }: { apiKey: string | null; subject: Subject; signal: AbortSignal },
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
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch {
    // A proxy's or another service's page: the address is wrong, and asking again brings the same page.
    throw rejected(subject, `does not answer with JSON: check ${subject.variables}_BASE_URL`, 'no JSON')
  }
}
