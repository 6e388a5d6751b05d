import type { IncomingMessage } from 'node:http'
import type { GraphQLParams, Plugin } from 'graphql-yoga'
import { parseMultipart } from './multipart-parameters.ts'
import { decodeUtf8, readBody } from './read-body.ts'
import { requestError } from './request-error.ts'
import { parseJson, requireParameters } from './request-parameters.ts'

type BodyParser = (body: Buffer, contentType: string) => unknown

/**
 * No form-urlencoded and no text: a page of another origin can send those without asking first. Multipart
 * it can, too, but files need it; allowed-hosts.ts refuses foreign pages where there are no keys.
 */
const parsers: Readonly<Record<string, BodyParser>> = {
  'application/json': (body) => parseJson(decodeUtf8(body), 'body'),
  'application/graphql+json': (body) => parseJson(decodeUtf8(body), 'body'),
  'multipart/form-data': parseMultipart,
}

/**
 * Takes the place of Yoga's body parsers: they buffer before they count, replace invalid UTF-8 and quote
 * the body in their errors.
 */
export function useRequestParameters(bodyBytes: number): Plugin<object, { req: IncomingMessage }> {
  return {
    onRequestParse({ request, url, serverContext, setRequestParser }) {
      if (request.method === 'GET') {
        setRequestParser(() => requireParameters(fromQueryString(url.searchParams)))
      } else if (request.method === 'POST') {
        const contentType = request.headers.get('content-type') ?? ''
        const parse = parsers[contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '']
        if (!parse) {
          throw requestError(`content-type must be one of ${Object.keys(parsers).join(', ')}`, {
            status: 415,
            details: { field: 'content-type' },
          })
        }
        setRequestParser(async () => {
          const body = await readBody(serverContext.req, bodyBytes)
          return requireParameters(await parse(body, contentType))
        })
      }
    },
  }
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
