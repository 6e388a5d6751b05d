import { type DocumentNode, getOperationAST, OperationTypeNode } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { DocumentCache } from './document-cache.ts'

/** Documents that were parsed, are within the limits and were found valid, by their text. */
export class KnownDocuments {
  /** Those that were parsed. */
  readonly cache = new DocumentCache<DocumentNode>()
  readonly #valid = new WeakSet<DocumentNode>()

  /** The document, where it can be executed as it is and the named operation (or its only one) gives one result. */
  executable(query: string, operationName: string | null | undefined): DocumentNode | null {
    const document = this.cache.get(query)
    if (!document || !this.#valid.has(document)) return null
    const operation = getOperationAST(document, operationName)?.operation
    return operation && operation !== OperationTypeNode.SUBSCRIPTION ? document : null
  }

  /** Remembers what validation said. */
  plugin(): Plugin {
    return {
      onValidate: ({ params }) => {
        return ({ valid }) => {
          if (valid) this.#valid.add(params.documentAST)
        }
      },
    }
  }
}
