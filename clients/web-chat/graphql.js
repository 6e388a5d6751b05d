// GraphQL over HTTP and SSE, by hand.

import { askForKey, keyName } from './key.js'

/** Nothing for so long, pings included, is a lost connection; failing for longer than giveUpMs is given up. */
const silenceMs = 30_000
const giveUpMs = 60_000

class CallError extends Error {
  constructor(message, extensions = {}) {
    const { code, retryable = code === 'UNAVAILABLE' || code === 'RATE_LIMITED', retryAfter } = extensions
    super(message)
    this.retryable = retryable
    /** In how many seconds the server may have room; undefined where it said nothing. */
    this.retryAfter = retryAfter
  }
}

const lost = (message) => new CallError(message, { retryable: true })

/** JSON, or with files a multipart request, which has to prove that no other site made the browser send it. */
function bodyOf(query, variables, files) {
  const operations = JSON.stringify({ query, variables })
  if (files.length === 0) return [operations, { 'content-type': 'application/json' }]
  const body = new FormData()
  body.append('operations', operations)
  body.append('map', JSON.stringify(Object.fromEntries(files.map(([path], i) => [i, [path]]))))
  for (const [i, [, file]] of files.entries()) body.append(i, file)
  return [body, { 'graphql-require-preflight': '1' }]
}

/**
 * @param accept what to answer with: one result, or an event stream
 * @param files pairs of a path, where the variables hold null, and the file that goes there
 */
async function post(query, variables, accept, signal, files = []) {
  const key = sessionStorage.getItem(keyName)
  const [body, kind] = bodyOf(query, variables, files)
  const headers = { accept, ...kind, ...(key && { authorization: `Bearer ${key}` }) }
  const response = await fetch('graphql', { method: 'POST', headers, body, signal }).catch((error) => {
    signal?.throwIfAborted()
    throw lost(`The server cannot be reached (${error.message}).`)
  })
  if (response.status === 401 && (await askForKey())) return post(query, variables, accept, signal, files)
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) return response
  const result = await response.json().catch(() => null)
  if (result?.data || result?.errors) return unwrap(result)
  throw new CallError(`The server answered with HTTP status ${response.status}.`, {
    retryable: response.status >= 500,
  })
}

function unwrap({ data, errors }) {
  if (errors) throw new CallError(errors[0].message, errors[0].extensions)
  return data
}

export const call = (query, variables, files) =>
  post(query, variables, 'application/graphql-response+json, application/json', undefined, files)

/** One subscription on one connection (GraphQL over SSE, distinct connections mode). */
async function* connect(query, variables, outer) {
  const silent = new AbortController()
  const signal = AbortSignal.any([outer, silent.signal])
  let timer
  const heard = () => {
    clearTimeout(timer)
    timer = setTimeout(() => silent.abort(lost('The server fell silent.')), silenceMs)
  }
  try {
    const response = await post(query, variables, 'text/event-stream', signal)
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    let rest = ''
    for (;;) {
      heard()
      const { done, value } = await reader.read()
      if (done) return
      const events = (rest + value).split('\n\n')
      rest = events.pop()
      for (const event of events) {
        const data = /^event: next\ndata: (.+)$/m.exec(event)
        if (data) yield unwrap(JSON.parse(data[1]))
      }
    }
  } catch (error) {
    signal.throwIfAborted()
    throw error instanceof CallError ? error : lost('The connection was lost.')
  } finally {
    clearTimeout(timer)
    silent.abort()
  }
}

/**
 * Items over as many connections as it takes, up to the last one.
 * @param next tells what each connection asks for
 * @param onLost is told before each wait why, and for how many seconds
 */
export async function* subscribe(query, next, isLast, signal, onLost) {
  for (let attempt = 0, failingSince; ; attempt++) {
    let reason = lost('The connection was lost.')
    try {
      for await (const item of connect(query, next(), signal)) {
        attempt = 0
        failingSince = undefined
        yield item
        if (isLast(item)) return
      }
    } catch (error) {
      signal.throwIfAborted()
      if (!error.retryable) throw error
      reason = error
    }
    failingSince ??= performance.now()
    if (performance.now() - failingSince > giveUpMs) throw reason
    // Full jitter: the clients that one restart cut off do not come back in one moment.
    const jitter = Math.random() * Math.min(5_000, 200 * 2 ** attempt)
    // A server that says when it has room is not asked before.
    const wait = (reason.retryAfter ?? 0) * 1_000 + jitter
    onLost(reason, wait / 1_000)
    await pause(wait, signal)
  }
}

function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort)
      resolve()
    }, ms)
    signal.addEventListener('abort', abort, { once: true })
  })
}
