import { createSemaphore } from '../../lib/semaphore.ts'
import type { Logger } from '../../telemetry/logger.ts'
import { interruptedFailure } from './exit-failure.ts'
import type { ExtractionLimits } from './extraction-limits.ts'
import type { ExtractedContent, Extractor, ExtractRequest } from './extractor.ts'
import { ParserProcess } from './parser-process.ts'

export interface ParserPoolOptions {
  /** Path of the module that a child runs: child/main.ts, or a test's. */
  readonly entry: string
  readonly limits: ExtractionLimits
  readonly logger: Logger
}

/** An extractor whose documents are parsed in child processes: started when needed, kept for a while, ended in time. */
export function createParserPool({ entry, limits, logger }: ParserPoolOptions): Extractor {
  const places = createSemaphore(limits.processes)
  const closing = new AbortController()
  const all = new Set<ParserProcess>()
  const idle = new Map<ParserProcess, NodeJS.Timeout>()

  const end = async (parser: ParserProcess) => {
    clearTimeout(idle.get(parser))
    idle.delete(parser)
    await parser[Symbol.asyncDispose]()
    all.delete(parser)
  }
  const take = (): ParserProcess => {
    // The one that worked last: the others may come to their end.
    for (const [parser, timer] of [...idle].reverse()) {
      clearTimeout(timer)
      idle.delete(parser)
      if (parser.fit) return parser
      void end(parser)
    }
    const parser = new ParserProcess(entry, limits, logger)
    all.add(parser)
    return parser
  }
  const put = (parser: ParserProcess) => {
    if (!parser.fit || closing.signal.aborted) void end(parser)
    else idle.set(parser, setTimeout(() => void end(parser), limits.idleMs).unref())
  }

  return {
    extract(request, signal) {
      const either = AbortSignal.any([signal, closing.signal])
      // Once they are sent, nothing here holds the source bytes any more: 50 MB can take a minute to parse.
      let unsent: ExtractRequest | null = request
      const start = (parser: ParserProcess): Promise<ExtractedContent> => {
        either.throwIfAborted()
        if (!unsent) throw new Error('A document is sent once.')
        const answer = parser.extract(unsent, either)
        unsent = null
        return answer
      }
      return places.run(either, async () => {
        const parser = take()
        try {
          return await start(parser)
        } finally {
          put(parser)
        }
      })
    },
    async [Symbol.asyncDispose]() {
      closing.abort(interruptedFailure())
      await Promise.all([...all].map(end))
    },
  }
}
