import type { Behaviour } from './fake-call.ts'

/** Ways not to answer that every path of a server shares. */

export function httpError(
  status: number,
  { retryAfter, body }: { retryAfter?: number | string; body?: unknown } = {},
): Behaviour {
  const text = JSON.stringify(body ?? { error: { message: 'upstream words', type: 'error', code: status } })
  return ({ response }) => {
    const headers = { 'content-type': 'application/json' }
    response.writeHead(
      status,
      retryAfter === undefined ? headers : { ...headers, 'retry-after': String(retryAfter) },
    )
    response.end(text)
  }
}

/** A proxy's page in place of the answer. */
export function html(status = 200): Behaviour {
  return ({ response }) => {
    response.writeHead(status, { 'content-type': 'text/html' })
    response.end('<!doctype html><title>Sign in</title>')
  }
}

export function invalidJson(): Behaviour {
  return ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end('{"data": [')
  }
}

export function json(body: unknown): Behaviour {
  return ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }
}

export function redirect(location: string): Behaviour {
  return ({ response }) => {
    response.writeHead(301, { location })
    response.end()
  }
}

/** Breaks the connection without an answer. */
export function reset(): Behaviour {
  return (call) => call.reset()
}

/** Takes the request and never answers; the client has to give up. */
export function stall(): Behaviour {
  return async ({ request }) => request.over
}
