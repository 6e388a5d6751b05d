import type { GraphQLParams, Plugin } from 'graphql-yoga'
import { parseMultipart } from './multipart-parameters.ts'
import type { UploadSpool } from './multipart-spool.ts'
import type { Exchange } from './operation.ts'
import { requirePreflight } from './preflight.ts'
import { decodeUtf8, mediaTypeOf, readBody } from './read-body.ts'
import { requestError } from './request-error.ts'
import { parseJson, requireParameters } from './request-parameters.ts'
import type { ServerLimits } from './server-options.ts'

type Parser = (exchange: Exchange) => Promise<GraphQLParams>

/**
 * Takes the place of Yoga's body parsers: they buffer before they count, replace invalid UTF-8 and quote
 * the body in their errors. No form-urlencoded and no text: a page of another site can send those unasked.
 */
export function useRequestParameters(
  limits: ServerLimits,
  spool: UploadSpool,
  admitUpload: (caller: unknown) => void,
): Plugin<object, Exchange> {
  const json: Parser = async ({ req, parameters }) =>
    parameters ?? requireParameters(parseJson(decodeUtf8(await readBody(req, limits.bodyBytes)), 'body'))

  const multipart: Parser = async ({ req, res, caller }) => {
    try {
      admitUpload(caller)
    } catch (error) {
      // Read and dropped: closing the socket under a client that still writes would take the refusal from it.
      req.resume()
      throw error
    }
    const files = spool.open()
    // However the exchange ends, its socket's end included.
    res.once('close', () => void files.end())
    try {
      return await parseMultipart(req, files, limits)
    } catch (error) {
      // The connection of a client that was too slow is not waited on any longer.
      if (isTimeout(error)) res.setHeader('Connection', 'close')
      await files.end()
      throw error
    }
  }

  const parsers: Readonly<Record<string, Parser>> = {
    'application/json': json,
    'application/graphql+json': json,
    'multipart/form-data': multipart,
  }

  return {
    onRequestParse({ request, url, serverContext, setRequestParser }) {
      if (request.method === 'GET') {
        setRequestParser(() => requireParameters(fromQueryString(url.searchParams)))
      } else if (request.method === 'POST') {
        requirePreflight(serverContext.req)
        const type = mediaTypeOf(serverContext.req)
        const parse = Object.hasOwn(parsers, type) ? parsers[type] : undefined
        if (!parse) {
          throw requestError(`content-type must be one of ${Object.keys(parsers).join(', ')}`, {
            status: 415,
            details: { field: 'content-type' },
          })
        }
        setRequestParser(() => parse(serverContext))
      }
    },
  }
}

function isTimeout(error: unknown): boolean {
  const { extensions } = error as { extensions?: { http?: { status?: number } } }
  return extensions?.http?.status === 408
}

function fromQueryString(search: URLSearchParams): GraphQLParams {
  const json = (field: string) => {
    const text = search.get(field)
    return text ? parseJson(text, field) : undefined
  }
  return {
    query: search.get('query') ?? undefined,
    operationName: search.get('operationName') ?? undefined,
    variables: json('variables'),
    extensions: json('extensions'),
  } as GraphQLParams
}
