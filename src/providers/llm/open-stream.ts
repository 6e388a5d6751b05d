import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

export interface StreamRequest {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Its abort closes the connection, in the middle of the answer too. */
  readonly signal: AbortSignal
}

export interface OpenedStream {
  readonly answer: IncomingMessage
  /** The answer has been read as far as it matters: keeps the connection for others once its last bytes are in. */
  release(): void
}

/** How long the end of an answer that is known already may take; then its connection is not worth the wait. */
const drainMs = 1_000

/**
 * Posts and resolves with the answer when its headers are there, whatever its status. Not with fetch: a stream of
 * the Fetch API costs several times as much for each of its chunks as one of node:http. Node's own agent keeps
 * connections open and honours NODE_USE_ENV_PROXY. Redirects are answers like others: a POST is not repeated as a GET.
 * @throws the error of the network; the signal's reason
 */
export function openStream(options: StreamRequest): Promise<OpenedStream> {
  return open(options, false).catch((error: unknown) => {
    // A kept connection that the server closed just as it was taken up again says nothing of the server.
    if (error instanceof ReusedError && !options.signal.aborted) return open(options, true)
    throw error
  })
}

class ReusedError extends Error {}

function open({ url, headers, body, signal }: StreamRequest, fresh: boolean): Promise<OpenedStream> {
  signal.throwIfAborted()
  const send = url.protocol === 'https:' ? requestHttps : requestHttp
  const request = send(url, {
    method: 'POST',
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    ...(fresh ? { agent: false } : {}),
  })
  request.end(body)
  return answerOf(request, signal)
}

/** Apart from the above: the body is large, and what listens here stays as long as the answer streams. */
function answerOf(request: ClientRequest, signal: AbortSignal): Promise<OpenedStream> {
  return new Promise((resolve, reject) => {
    let response: IncomingMessage | undefined
    const abort = () => {
      // Without the reason: a connection that its request has just given up has nobody to hear of an error.
      if (response) response.destroy()
      else request.destroy(signal.reason instanceof Error ? signal.reason : undefined)
    }
    const detach = () => signal.removeEventListener('abort', abort)
    signal.addEventListener('abort', abort, { once: true })
    request.once('response', (incoming) => {
      response = incoming
      // Whoever reads it hears of its error; one that nobody reads any more must not end the process.
      incoming.on('error', () => {})
      incoming.once('close', detach)
      const release = () => {
        detach()
        if (incoming.destroyed) return
        const timer = setTimeout(() => incoming.destroy(), drainMs).unref()
        incoming.once('close', () => clearTimeout(timer))
        incoming.resume()
      }
      resolve({ answer: incoming, release })
    })
    request.on('error', (error) => {
      if (response) return
      detach()
      reject(
        request.reusedSocket && isBroken(error) ? new ReusedError(error.message, { cause: error }) : error,
      )
    })
  })
}

function isBroken(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
}
