import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answer } from './chat.ts'
import { embed } from './embeddings.ts'
import { httpError, json } from './failures.ts'
import { type Behaviour, type RecordedRequest, receiveCall } from './fake-call.ts'
import { createFakeRoute, type FakeRoute, type FakeRouteServer } from './fake-route.ts'
import { rerankByOverlap } from './rerank.ts'

export interface FakeOpenAi extends AsyncDisposable {
  /** With /v1, as the configuration takes it. */
  readonly baseUrl: string
  /** Of all paths, in the order of their arrival. */
  readonly requests: readonly RecordedRequest[]
  /** Answers "Hello from the fake model." until told otherwise. */
  readonly chat: FakeRoute
  /** Answers vectors of words, 64 numbers each unless startFakeOpenAi says otherwise. */
  readonly embeddings: FakeRoute
  /** Answers scores of shared words. */
  readonly rerank: FakeRoute
  /** GET /v1/models; names fake-model until told otherwise. */
  readonly models: FakeRoute
  /** GET /health, beside /v1; 404 until told otherwise. */
  readonly health: FakeRoute
  /** GET /metrics, beside /v1; 404 until told otherwise. */
  readonly metrics: FakeRoute
  /** Open connections break. Throws what a behaviour threw, so that a test's mistake does not pass as a failure. */
  close(): Promise<void>
}

/** An OpenAI-compatible server, doubled at the network only: real HTTP on a port of its own. */
export async function startFakeOpenAi({ dimensions = 64 } = {}): Promise<FakeOpenAi> {
  const requests: RecordedRequest[] = []
  const mistakes: unknown[] = []
  const chat = createFakeRoute(answer('Hello from the fake model.'))
  const embeddings = createFakeRoute(embed({ dimensions }))
  const rerank = createFakeRoute(rerankByOverlap())
  const models = createFakeRoute(json({ object: 'list', data: [{ id: 'fake-model', object: 'model' }] }))
  const health = createFakeRoute(httpError(404))
  const metrics = createFakeRoute(httpError(404))
  const routes: Readonly<Record<string, FakeRouteServer>> = {
    'POST /v1/chat/completions': chat,
    'POST /v1/embeddings': embeddings,
    'POST /v1/rerank': rerank,
    'GET /v1/models': models,
    'GET /health': health,
    'GET /metrics': metrics,
  }
  const nowhere: Behaviour = httpError(404)

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const call = await receiveCall(incoming, response)
      requests.push(call.request)
      const route = routes[`${call.request.method} ${call.request.path}`]
      await (route?.take(call.request) ?? nowhere)(call)
    } catch (error) {
      // A client that leaves while it still sends is no mistake of the test's.
      if (!incoming.complete) return
      mistakes.push(error)
      response.destroy()
    }
  }
  const server = createServer((incoming, response) => void serve(incoming, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  const close = async () => {
    if (server.listening) {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    }
    if (mistakes.length > 0) throw mistakes[0]
  }
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    chat,
    embeddings,
    rerank,
    models,
    health,
    metrics,
    close,
    [Symbol.asyncDispose]: close,
  }
}
