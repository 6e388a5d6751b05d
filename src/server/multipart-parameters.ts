import { requestError } from './request-error.ts'
import { parseJson } from './request-parameters.ts'

/** Files of one request: documents of one ingestDocuments call. */
const maxFiles = 100

/**
 * GraphQL multipart request specification: `operations` (JSON with nulls), `map` (part name to the paths of
 * those nulls) and the files. Returns the operations with the files in their places.
 */
export async function parseMultipart(body: Buffer, contentType: string): Promise<unknown> {
  const form = await readForm(body, contentType)
  const operations = parseJson(jsonPart(form, 'operations', body), 'operations')
  const map = parseJson(jsonPart(form, 'map', body), 'map')
  if (!isRecord(operations)) throw refusal('operations', 'must be a JSON object')
  if (!isRecord(map) || Object.keys(map).length > maxFiles) {
    throw refusal('map', `must be a JSON object of at most ${maxFiles} entries`)
  }
  for (const [part, paths] of Object.entries(map)) {
    const file = form.get(part)
    if (!(file instanceof File))
      throw refusal('map', `names ${JSON.stringify(part)}, which is not a file part`)
    if (!Array.isArray(paths)) throw refusal('map', 'must hold lists of paths')
    for (const path of paths) put(operations, String(path), file)
  }
  return operations
}

async function readForm(body: Buffer, contentType: string): Promise<FormData> {
  try {
    return await new Response(body as Uint8Array<ArrayBuffer>, {
      headers: { 'content-type': contentType },
    }).formData()
  } catch {
    throw refusal('body', 'is not valid multipart/form-data')
  }
}

function jsonPart(form: FormData, name: string, body: Buffer): string {
  const text = form.get(name)
  if (typeof text !== 'string') throw refusal(name, 'must come as a text part')
  // The form decodes with replacement. Text that holds U+FFFD was sent so only if its bytes are in the body.
  if (text.includes('\uFFFD') && !body.includes(text)) throw refusal(name, 'is not valid UTF-8')
  return text
}

/** Puts the file where the operations hold null, and nowhere else: never on a prototype. */
function put(operations: Record<string, unknown>, path: string, file: File): void {
  const keys = path.split('.')
  const last = keys.pop()
  let target: unknown = operations
  for (const key of keys) {
    target = isContainer(target) && Object.hasOwn(target, key) ? target[key] : undefined
  }
  if (last === undefined || !isContainer(target) || !Object.hasOwn(target, last) || target[last] !== null) {
    throw refusal('map', `names ${JSON.stringify(path)}, where operations hold no null`)
  }
  target[last] = file
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return isContainer(value) && !Array.isArray(value)
}

function refusal(field: string, problem: string) {
  return requestError(`${field} ${problem}`, { details: { field } })
}
