import { monotonicMs } from './monotonic-ms.ts'
import { answerTokens, questionOf } from './paced-answer.ts'
import type { Connect, StreamConnection, StreamEvent } from './stream-connection.ts'
import type { StreamOrder, StreamRecord } from './stream-order.ts'

const expectedEvents = new Set(['RunStarted', 'SourcesRetrieved'])

/** One stream from its question to its end, over one connection, or two where the first is cut. */
export class FollowedStream {
  readonly #order: StreamOrder
  readonly #connect: Connect
  readonly #stream: number
  readonly #expected: string
  readonly #ended = Promise.withResolvers<StreamRecord>()
  readonly #times: number[] = []
  readonly #lengths: number[] = []
  readonly #onFirstText: () => void
  #connection: StreamConnection
  #sent = Number.NaN
  #cutAt = Number.NaN
  #isCut = false
  #resumedMs = Number.NaN
  #seq = 0
  #runId = ''
  #text = ''
  #completed = false
  #gap = ''

  constructor(
    order: StreamOrder,
    connect: Connect,
    connection: StreamConnection,
    stream: number,
    onFirstText: () => void,
  ) {
    this.#order = order
    this.#connect = connect
    this.#connection = connection
    this.#stream = stream
    this.#onFirstText = onFirstText
    this.#expected = answerTokens(order.tokens).join('')
  }

  get connection(): StreamConnection {
    return this.#connection
  }

  run(): Promise<StreamRecord> {
    const question = questionOf({ ...this.#order, stream: this.#stream })
    this.#sent = monotonicMs()
    this.#start({ ask: { question, collection: 'bench' } })
    return this.#ended.promise
  }

  cut(): void {
    this.#cutAt = monotonicMs()
    this.#isCut = true
    this.#connection.cut()
  }

  async resume(): Promise<void> {
    try {
      this.#connection = await this.#connect(this.#order.url)
      this.#isCut = false
    } catch (error) {
      return this.#end(`could not reconnect: ${error}`)
    }
    // The last event once more: it is there, so how long it takes is not the wait for the next token.
    this.#start({ resume: { runId: this.#runId, afterSeq: this.#seq - 1 } })
  }

  #start(input: object): void {
    const connection = this.#connection
    // What a connection that was cut still says is not heard.
    const current = () => this.#connection === connection && !this.#isCut
    connection.start(input, {
      event: (event) => current() && this.#on(event),
      end: (failure) => current() && this.#end(failure),
    })
  }

  #on(event: StreamEvent): void {
    const at = monotonicMs()
    if (Number.isNaN(this.#resumedMs) && !Number.isNaN(this.#cutAt)) {
      this.#resumedMs = at - this.#cutAt
      if (event.seq === this.#seq) return
    }
    if (event.seq !== this.#seq + 1) this.#gap ||= `seq ${event.seq} after ${this.#seq}`
    this.#seq = event.seq
    this.#runId = event.runId
    if (event.__typename === 'AnswerDelta') {
      this.#text += event.text
      this.#times.push(at)
      this.#lengths.push(this.#text.length)
      if (this.#times.length === 1) this.#onFirstText()
    } else if (event.__typename === 'RunCompleted') this.#completed = true
    else if (!expectedEvents.has(event.__typename)) this.#gap ||= JSON.stringify(event)
  }

  #end(failure: string | null): void {
    const whole = this.#completed && this.#text === this.#expected
    this.#ended.resolve({
      stream: this.#stream,
      sent: this.#sent,
      times: this.#times,
      lengths: this.#lengths,
      resumedMs: this.#resumedMs,
      failure: failure ?? (this.#gap || (whole ? null : `ended with ${this.#text.length} characters`)),
    })
  }
}
