import type { TypedDocumentString } from './generated/graphql.ts'
import { multipartBody } from './multipart-body.ts'

export interface RequestBody {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Blob
}

/**
 * JSON, or a multipart request where a variable holds a file.
 * @see https://github.com/jaydenseric/graphql-multipart-request-spec
 */
export function requestBody<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
): RequestBody {
  const files = new Map<string, Blob>()
  const plain = withoutFiles(variables, 'variables', files)
  const operation = JSON.stringify({ query: document.toString(), variables: plain })
  if (files.size === 0) return { headers: { 'content-type': 'application/json' }, body: operation }

  const paths = [...files.keys()]
  const map = JSON.stringify(Object.fromEntries(paths.map((path, index) => [index, [path]])))
  const named = [...files.values()].map((file, index) => [String(index), file] as const)
  const { contentType, body } = multipartBody({ operations: operation, map }, named)
  // A header that a form on another site cannot send: the server wants one, against forged uploads.
  return { headers: { 'content-type': contentType, 'graphql-require-preflight': '1' }, body }
}

/** A copy with null where a file was; `files` gets each with its path. */
function withoutFiles(value: unknown, path: string, files: Map<string, Blob>): unknown {
  if (value instanceof Blob) {
    files.set(path, value)
    return null
  }
  if (Array.isArray(value)) return value.map((item, index) => withoutFiles(item, `${path}.${index}`, files))
  // What serialises itself, such as a Date, is left to JSON.stringify.
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withoutFiles(item, `${path}.${key}`, files)]),
  )
}
