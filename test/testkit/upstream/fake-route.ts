import type { Behaviour, RecordedRequest } from './fake-call.ts'

/** One path of the server: how it answers, and what it was asked. */
export interface FakeRoute {
  readonly requests: readonly RecordedRequest[]
  /** Resolves when the request of this number, counted from 1, has arrived. */
  received(number: number): Promise<RecordedRequest>
  /** Each behaviour answers one request, in order. */
  enqueue(...behaviours: Behaviour[]): void
  /** Answers every request for which none is queued. */
  otherwise(behaviour: Behaviour): void
}

export interface FakeRouteServer extends FakeRoute {
  take(request: RecordedRequest): Behaviour
}

export function createFakeRoute(initial: Behaviour): FakeRouteServer {
  const requests: RecordedRequest[] = []
  const queue: Behaviour[] = []
  const awaited = new Map<number, PromiseWithResolvers<RecordedRequest>>()
  let fallback = initial

  return {
    requests,
    received(number) {
      const request = requests[number - 1]
      if (request !== undefined) return Promise.resolve(request)
      const waiting = awaited.get(number) ?? Promise.withResolvers<RecordedRequest>()
      awaited.set(number, waiting)
      return waiting.promise
    },
    enqueue: (...behaviours) => void queue.push(...behaviours),
    otherwise(behaviour) {
      fallback = behaviour
    },
    take(request) {
      requests.push(request)
      awaited.get(requests.length)?.resolve(request)
      return queue.shift() ?? fallback
    },
  }
}
