import type { IncomingMessage } from 'node:http'
import type { GraphQLParams } from 'graphql-yoga'
import { type Part, type PartLimits, readParts } from './multipart-parts.ts'
import type { SpooledFiles } from './multipart-spool.ts'
import { decodeUtf8 } from './read-body.ts'
import { requestError } from './request-error.ts'
import { parseJson, requireParameters } from './request-parameters.ts'
import type { ServerLimits } from './server-options.ts'

export type MultipartLimits = PartLimits &
  Pick<ServerLimits, 'uploadFileBytes' | 'uploadOperationsBytes' | 'uploadMapBytes'>

/**
 * GraphQL multipart request specification: `operations` (JSON with nulls), `map` (part name to the paths of
 * those nulls) and the files, in this order. Returns the operation with the files in their places. A file
 * above its limit is one that says so: what to do about it is for whoever asked for it to decide.
 * @see https://github.com/jaydenseric/graphql-multipart-request-spec
 */
export async function parseMultipart(
  request: IncomingMessage,
  files: SpooledFiles,
  limits: MultipartLimits,
): Promise<GraphQLParams> {
  const parts = readParts(request, limits)
  try {
    const operations = requireParameters(await jsonPart(parts, 'operations', limits.uploadOperationsBytes))
    const map = await jsonPart(parts, 'map', limits.uploadMapBytes)
    // Checked before the files come: a mistake in it is told at once.
    const awaited = requireMap(map, operations, limits.uploadFiles)
    for await (const part of parts) {
      const paths = awaited.get(part.name)
      if (!paths) throw refusal('map', `does not name the part ${quoted(part.name)}, or it came twice`)
      awaited.delete(part.name)
      const file = await files.store(part, limits.uploadFileBytes)
      for (const path of paths) put(operations, path, file)
    }
    for (const name of awaited.keys()) {
      throw refusal('map', `names the file ${quoted(name)}, which did not come`)
    }
    return operations
  } finally {
    await parts.return()
  }
}

async function jsonPart(
  parts: AsyncGenerator<Part, void, void>,
  name: 'operations' | 'map',
  limit: number,
): Promise<unknown> {
  const { value: part } = await parts.next()
  if (part?.name !== name) throw refusal(name, 'is missing: the parts are operations, map and the files')
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of part.body) {
    size += chunk.length
    if (size > limit) {
      throw requestError(`${name} is too large: at most ${limit} bytes`, {
        status: 413,
        details: { field: name, limit },
      })
    }
    chunks.push(chunk)
  }
  return parseJson(decodeUtf8(Buffer.concat(chunks), name), name)
}

/** The paths of each part. */
function requireMap(map: unknown, operations: GraphQLParams, most: number): Map<string, string[]> {
  if (!isContainer(map) || Array.isArray(map)) throw refusal('map', 'must be a JSON object')
  const entries = Object.entries(map)
  if (entries.length > most) {
    throw requestError(`map has ${entries.length} files; at most ${most} are taken`, {
      status: 413,
      details: { field: 'map', limit: most },
    })
  }
  for (const [, paths] of entries) {
    if (!Array.isArray(paths) || paths.length === 0) throw refusal('map', 'must hold lists of paths')
    for (const path of paths) placeOf(operations, path)
  }
  return new Map(entries as [string, string[]][])
}

function put(operations: GraphQLParams, path: string, file: unknown): void {
  const [target, key] = placeOf(operations, path)
  target[key] = file
}

/** Where a file goes: where the variables hold null, and nowhere else, so never on a prototype. */
function placeOf(operations: GraphQLParams, path: unknown): [Record<string, unknown>, string] {
  const keys = typeof path === 'string' ? path.split('.') : []
  const last = keys.pop() ?? ''
  let target: unknown = keys[0] === 'variables' ? operations : undefined
  for (const key of keys) {
    target = isContainer(target) && Object.hasOwn(target, key) ? target[key] : undefined
  }
  if (!isContainer(target) || !Object.hasOwn(target, last) || target[last] !== null) {
    throw refusal('map', `names ${quoted(path)}, where operations hold no null for it`)
  }
  return [target, last]
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function quoted(value: unknown): string {
  return JSON.stringify(value).slice(0, 200)
}

function refusal(field: string, problem: string) {
  return requestError(`${field} ${problem}`, { details: { field } })
}
