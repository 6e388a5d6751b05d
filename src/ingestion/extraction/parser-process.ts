import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { FailureError } from '../../failure.ts'
import type { Logger } from '../../telemetry/logger.ts'
import {
  exitFailure,
  interruptedFailure,
  memoryFailure,
  protocolFailure,
  timeoutFailure,
} from './exit-failure.ts'
import type { ExtractionLimits } from './extraction-limits.ts'
import { ExtractionReader, type ReaderResult } from './extraction-reader.ts'
import type { ExtractedContent, ExtractRequest } from './extractor.ts'
import { parserCommand } from './parser-command.ts'
import { type ProcessUsage, processUsage } from './process-usage.ts'
import { FRAMES_FD, REQUEST_HEAD, type RequestHead } from './wire.ts'
import { ProtocolError } from './wired-values.ts'

/** How often what a working child holds is looked at. It can fill some 100 MB in between. */
const WATCH_MS = 50
const STDERR_KEPT = 8_192

/** The document that a child is working on. */
interface Work {
  readonly reader: ExtractionReader
  readonly usedBefore: number
  settle(result: ExtractedContent | Error): void
}

/** A child process that parses one document after the other, each within the limits. */
export class ParserProcess implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #limits: ExtractionLimits
  readonly #logger: Logger
  readonly #ended: Promise<unknown>
  #work: Work | null = null
  #stderr = ''
  #documents = 0
  #usage: ProcessUsage = { residentBytes: 0, cpuSeconds: 0 }
  #fit = true

  constructor(entry: string, limits: ExtractionLimits, logger: Logger) {
    this.#limits = limits
    this.#logger = logger
    const [program, ...args] = parserCommand(entry, limits)
    // Nothing of our environment: it has passwords and keys.
    this.#child = spawn(program, args, {
      env: {},
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
      windowsHide: true,
    })
    const child = this.#child
    this.#ended = once(child, 'close').catch(() => {})
    child.on('error', (error) => this.#end(error))
    child.on('close', (code, signal) => this.#closed(code, signal))
    // A child that dies while it is written to is told by `close`.
    child.stdin?.on('error', () => {})
    child.stderr?.setEncoding('latin1').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT)
    })
    this.#frames?.on('data', (data: Buffer) => this.#received(data)).on('error', () => {})
  }

  /** Whether it can be given another document. */
  get fit(): boolean {
    const { documents, keptBytes, cpuSeconds } = this.#limits
    return (
      this.#fit &&
      this.#documents < documents &&
      this.#usage.residentBytes <= keptBytes &&
      this.#usage.cpuSeconds <= cpuSeconds
    )
  }

  /**
   * One document at a time. Not an async function: the frame of one would hold the bytes until the answer is here.
   */
  extract(request: ExtractRequest, signal: AbortSignal): Promise<ExtractedContent> {
    const { promise, resolve, reject } = Promise.withResolvers<ExtractedContent>()
    this.#documents += 1
    this.#work = {
      reader: new ExtractionReader(this.#limits),
      usedBefore: this.#usage.cpuSeconds,
      settle: (result) => (result instanceof Error ? reject(result) : resolve(result)),
    }
    const onAbort = () => this.#end(asError(signal.reason))
    signal.addEventListener('abort', onAbort, { once: true })
    const wall = setTimeout(() => this.#end(timeoutFailure(this.#limits)), this.#limits.wallMs)
    const watch = setInterval(() => this.#watch(), WATCH_MS)
    this.#send(request)
    return promise.finally(() => {
      clearTimeout(wall)
      clearInterval(watch)
      signal.removeEventListener('abort', onAbort)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end(interruptedFailure())
    await this.#ended
  }

  /** Absent where the process could not be made for want of file descriptors. */
  get #frames(): Readable | undefined {
    return (this.#child.stdio as ChildProcess['stdio'] | undefined)?.[FRAMES_FD] as Readable | undefined
  }

  #send({ bytes, mimeType, chunking }: ExtractRequest): void {
    const head = Buffer.from(JSON.stringify({ mimeType, chunking } satisfies RequestHead), 'utf8')
    const lengths = Buffer.alloc(REQUEST_HEAD)
    lengths.writeUInt32BE(head.length, 0)
    lengths.writeUInt32BE(bytes.length, 4)
    this.#child.stdin?.write(Buffer.concat([lengths, head]))
    this.#child.stdin?.write(bytes)
  }

  #received(data: Buffer): void {
    const work = this.#work
    try {
      if (!work) throw new ProtocolError('it answered what nobody asked')
      const result = work.reader.push(data)
      if (result) this.#answered(result)
    } catch (error) {
      const garbage = error instanceof ProtocolError
      if (garbage) this.#logger.warn({ problem: error.message }, 'A parser process broke its protocol')
      this.#end(garbage ? protocolFailure() : asError(error))
    }
  }

  #answered(result: ReaderResult): void {
    this.#usage = this.#usageNow() ?? this.#usage
    if (result.kind === 'content') {
      const { residentBytes, cpuSeconds } = result.done
      if (processUsageMissing(this.#usage)) this.#usage = { residentBytes, cpuSeconds }
      this.#settle(result.content)
      return
    }
    const { code, message, retryable, stack } = result.failed
    if (stack) this.#logger.warn({ code, stack }, 'A parser failed in a way that it was not made for')
    this.#settle(new FailureError(code, message, { retryable }))
  }

  #watch(): void {
    const usage = this.#usageNow()
    const work = this.#work
    if (!usage || !work) return
    if (usage.residentBytes > this.#limits.memoryBytes) this.#end(memoryFailure(this.#limits))
    else if (usage.cpuSeconds - work.usedBefore > this.#limits.cpuSeconds) {
      this.#end(timeoutFailure(this.#limits))
    }
  }

  #usageNow(): ProcessUsage | null {
    return this.#child.pid === undefined ? null : processUsage(this.#child.pid)
  }

  #closed(code: number | null, signal: NodeJS.Signals | null): void {
    this.#fit = false
    const accepted = this.#work?.reader.accepted ?? false
    const exit = { code, signal, stderr: this.#stderr, accepted }
    if (this.#work)
      this.#logger.warn({ code, signal, stderr: this.#stderr.slice(-2_000) }, 'A parser process ended')
    this.#settle(exitFailure(exit, this.#limits))
  }

  /** Kills the child, and ends its document, if it has one, with the reason. */
  #end(reason: Error): void {
    this.#fit = false
    this.#child.kill('SIGKILL')
    // What is still in the pipes is for nobody.
    for (const stream of [this.#child.stdin, this.#child.stderr, this.#frames]) stream?.destroy()
    this.#settle(reason)
  }

  #settle(result: ExtractedContent | Error): void {
    const work = this.#work
    this.#work = null
    work?.settle(result)
  }
}

function processUsageMissing({ residentBytes }: ProcessUsage): boolean {
  return residentBytes === 0
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('The extraction was aborted.', { cause: reason })
}
