import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Metrics } from '../telemetry/metrics.ts'
import { dropStalled } from './drop-stalled.ts'
import type { createGraphqlEngine } from './graphql-engine.ts'
import { InFlight } from './in-flight.ts'
import { abortReason, type Exchange, type Operation } from './operation.ts'
import type { WatchCallers } from './watch-callers.ts'

type Engine = ReturnType<typeof createGraphqlEngine>

/** GraphQL over HTTP and SSE (distinct connections mode), and what it takes to end it. */
export class HttpTransport {
  readonly #engine: Engine
  readonly #stalledMs: number
  readonly #callers: WatchCallers
  readonly #metrics: Pick<Metrics, 'droppedFollowers'>
  readonly #requests = new InFlight()
  readonly #streamWork = new InFlight()
  readonly #streams = new Map<ServerResponse, AbortController>()

  constructor(
    engine: Engine,
    stalledMs: number,
    callers: WatchCallers,
    metrics: Pick<Metrics, 'droppedFollowers'>,
  ) {
    this.#engine = engine
    this.#stalledMs = stalledMs
    this.#callers = callers
    this.#metrics = metrics
  }

  async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const controller = new AbortController()
    const leave = this.#requests.enter()
    // Registered before Yoga's own listener, which returns the generator: the abort has to come first.
    res.once('close', () => {
      this.#streams.delete(res)
      leave()
      if (!res.writableFinished) controller.abort(abortReason('The client closed the connection.'))
    })
    const operation: Operation = {
      transport: 'http',
      controller,
      traceHeaders: req.headers,
      onStream: () => {
        // A stream is not waited for when the server stops: it is ended, and resumes elsewhere.
        leave()
        this.#streams.set(res, controller)
        // The reason is the stream's last word (use-streams.ts).
        res.once(
          'close',
          this.#callers.watch(req.headers.authorization, (error) => controller.abort(error)),
        )
        // With the response, not with its connection, which serves other requests after it.
        res.once(
          'close',
          dropStalled(req.socket, this.#stalledMs, () => {
            this.#metrics.droppedFollowers.inc({ transport: 'sse', reason: 'stalled' })
            res.destroy()
          }),
        )
        return this.#streamWork.enter()
      },
    }
    const exchange: Exchange = { req, res, operation }
    if (await this.#engine.executeKnown(exchange)) return
    await this.#engine.yoga.handle(req, res, exchange)
  }

  /** Ends the streams, then waits for requests and for the streams' finally blocks. */
  async drain(deadline: AbortSignal): Promise<void> {
    for (const [res, controller] of this.#streams) {
      controller.abort(abortReason('The server is stopping.'))
      // Cut, not ended: graphql-sse takes a response that ends in order for a completed stream, even without
      // a complete event, and would not resume.
      res.destroy()
    }
    await this.#requests.idle(deadline)
    await this.#streamWork.idle(deadline)
  }
}
