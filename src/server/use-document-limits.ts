import type { DocumentNode } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { ErrorCode } from '../errors.ts'
import { measureDocument } from './measure-document.ts'
import { requestError } from './request-error.ts'
import type { ServerLimits } from './server-options.ts'

type DocumentLimits = Pick<
  ServerLimits,
  'documentBytes' | 'documentTokens' | 'documentDepth' | 'documentAliases'
>

/**
 * Bounds what a document can cost before it is validated, over HTTP and WebSocket alike: validation itself
 * is quadratic in the fields of one selection set.
 */
export function useDocumentLimits(limits: DocumentLimits): Plugin {
  return {
    onParse({ parseFn, setParseFn }) {
      setParseFn((source, options) => {
        requireShort(limits.documentBytes, typeof source === 'string' ? source : source.body)
        const document = parseWithin(limits.documentTokens, () =>
          parseFn(source, { ...options, maxTokens: limits.documentTokens }),
        )
        requireWithin(limits, document)
        return document
      })
    },
  }
}

function requireShort(limit: number, source: string): void {
  const bytes = Buffer.byteLength(source)
  if (bytes <= limit) return
  throw requestError(`query has ${bytes} bytes, at most ${limit} are allowed`, {
    wellFormed: true,
    details: { field: 'query', limit },
  })
}

function parseWithin(limit: number, parse: () => DocumentNode): DocumentNode {
  try {
    return parse()
  } catch (error) {
    // graphql-js tells its token limit from a syntax error by the message only.
    if (error instanceof Error && error.message.includes(`more that ${limit} tokens`)) {
      throw tooComplex('tokens', `more than ${limit}`, limit)
    }
    throw error
  }
}

function requireWithin(limits: DocumentLimits, document: DocumentNode): void {
  const { depth, aliases, rootFields } = measureDocument(document)
  if (depth > limits.documentDepth) throw tooComplex('depth', depth, limits.documentDepth)
  if (aliases > limits.documentAliases) throw tooComplex('aliases', aliases, limits.documentAliases)
  if (rootFields > limits.documentAliases) throw tooComplex('root fields', rootFields, limits.documentAliases)
}

function tooComplex(what: string, found: number | string, limit: number) {
  return requestError(`query is too complex: ${found} ${what}, at most ${limit} are allowed`, {
    code: ErrorCode.TooComplex,
    wellFormed: true,
    details: { field: 'query', limit },
  })
}
