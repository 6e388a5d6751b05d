import { InFlight } from './in-flight.ts'
import { abortReason, type Operation } from './operation.ts'

interface Entry {
  readonly id: string
  readonly controller: AbortController
  readonly leave: () => void
}

/**
 * The operations of one WebSocket. Kept by the subscribe message itself, not by its id: a client may complete
 * an id and use it again while the first operation still ends, and neither may take the other's place.
 */
export class SocketOperations {
  readonly #entries = new Map<object, Entry>()
  readonly #short = new InFlight()
  readonly #streamWork: InFlight

  constructor(streamWork: InFlight) {
    this.#streamWork = streamWork
  }

  get size(): number {
    return this.#entries.size
  }

  start(message: object, id: string, traceHeaders: Operation['traceHeaders']): Operation {
    const controller = new AbortController()
    const leave = this.#short.enter()
    this.#entries.set(message, { id, controller, leave })
    return {
      transport: 'ws',
      controller,
      traceHeaders,
      onStream: () => {
        leave()
        return this.#streamWork.enter()
      },
    }
  }

  end(message: object): void {
    this.#entries.get(message)?.leave()
    this.#entries.delete(message)
  }

  /** The client completed it: abort first, then graphql-ws returns the generator. */
  cancel(id: string): void {
    for (const entry of this.#entries.values()) {
      if (entry.id === id) entry.controller.abort(abortReason('The client completed the operation.'))
    }
  }

  cancelAll(reason: string): void {
    for (const { controller, leave } of this.#entries.values()) {
      controller.abort(abortReason(reason))
      leave()
    }
    this.#entries.clear()
  }

  /** Resolves when queries and mutations have been answered; streams do not count. */
  answered(deadline: AbortSignal): Promise<void> {
    return this.#short.idle(deadline)
  }
}
