import type { GraphQLError } from 'graphql'
import { ErrorCode } from '../errors.ts'
import { requestError } from './request-error.ts'
import type { Readiness } from './server-options.ts'

/** Decides whether operations are taken: after the app was ready once, until the server stops. */
export class Gate {
  readonly #readiness: () => Readiness
  #opened = false
  #stopping = false

  constructor(readiness: () => Readiness) {
    this.#readiness = readiness
  }

  close(): void {
    this.#stopping = true
  }

  readiness(): Readiness {
    const { ready, checks } = this.#readiness()
    return { ready: ready && !this.#stopping, checks }
  }

  /** Why an operation is refused now, or null. A check that fails later is the operations' own to report. */
  refusal(): GraphQLError | null {
    this.#opened ||= this.#readiness().ready
    if (this.#opened && !this.#stopping) return null
    const message = this.#stopping ? 'The server is stopping.' : 'The server is starting.'
    return requestError(message, { code: ErrorCode.Unavailable, status: 503 })
  }
}
