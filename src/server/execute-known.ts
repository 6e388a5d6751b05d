import { type ExecutionArgs, type ExecutionResult, execute, type GraphQLSchema } from 'graphql'
import type { GraphQLParams } from 'graphql-yoga'
import { acceptedMediaType } from './accepted-media-type.ts'
import type { KnownDocuments } from './known-documents.ts'
import type { MaskError } from './mask-error.ts'
import type { Exchange, Operation } from './operation.ts'
import { decodeUtf8, readBody } from './read-body.ts'
import { parseJson, requireParameters } from './request-parameters.ts'
import { sendText } from './send-response.ts'

export interface KnownExecutorOptions {
  readonly schema: GraphQLSchema
  readonly known: KnownDocuments
  readonly bodyBytes: number
  readonly maskError: MaskError
  readonly authenticate: (authorization: string | null, signal: AbortSignal) => Promise<unknown>
  readonly createContext: (caller: unknown, operation: Operation) => object
  /** Times and traces an operation. */
  readonly observe: <Args extends ExecutionArgs>(
    run: (args: Args) => unknown,
  ) => (args: Args) => Promise<unknown>
}

const expected: ReadonlySet<string> = new Set(['query', 'variables', 'operationName', 'extensions'])

/**
 * Answers the request that nearly all are: a POST of JSON whose document was answered before, with a result without
 * errors. Yoga's way costs several times as much as executing it: a Request and a Response of the Fetch API, their
 * headers and bodies, and a dozen plugins. Whatever is anything else is left to Yoga with what is known of it so far, so
 * that there is one behaviour: a document is parsed, measured and validated there, and errors get their status there.
 */
export function createKnownExecutor(options: KnownExecutorOptions) {
  const { schema, known, maskError } = options
  const run = options.observe<ExecutionArgs>(execute)

  async function read(exchange: Exchange): Promise<GraphQLParams | null> {
    const { req, operation } = exchange
    try {
      exchange.caller = await options.authenticate(
        req.headers.authorization ?? null,
        operation.controller.signal,
      )
    } catch (error) {
      // Masked here because Yoga takes a TimeoutError for the client's leaving and answers 200.
      exchange.failure = maskError(error)
      return null
    }
    try {
      const text = decodeUtf8(await readBody(req, options.bodyBytes))
      exchange.parameters = requireParameters(parseJson(text, 'body'))
      return exchange.parameters
    } catch (error) {
      exchange.failure = error
      return null
    }
  }

  /** @returns false where the exchange is Yoga's to answer */
  return async (exchange: Exchange): Promise<boolean> => {
    const { req, res, operation } = exchange
    const mediaType = acceptedMediaType(req.headers.accept)
    if (mediaType === null || req.method !== 'POST' || req.headers['content-type'] !== 'application/json') {
      return false
    }
    const parameters = await read(exchange)
    if (!parameters || !Object.keys(parameters).every((name) => expected.has(name))) return false
    const { query = '', operationName, variables } = parameters
    const document = known.executable(query, operationName)
    if (!document) return false
    try {
      const contextValue = { ...options.createContext(exchange.caller, operation), operation }
      exchange.result = (await run({
        ...{ schema, document, contextValue },
        ...{ variableValues: variables ?? null, operationName: operationName ?? null },
      })) as ExecutionResult
    } catch (error) {
      exchange.failure = error
      return false
    }
    const { data, errors } = exchange.result
    if (errors) {
      exchange.result = { ...exchange.result, errors: errors.map(maskError) }
      return false
    }
    sendText(res, 200, `${mediaType}; charset=utf-8`, JSON.stringify({ data }))
    return true
  }
}
