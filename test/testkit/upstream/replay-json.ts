import { readFile } from 'node:fs/promises'
import type { Behaviour } from './fake-call.ts'

/** A recorded JSON answer, byte for byte. */
export function replayJson(file: string, status = 200): Behaviour {
  return async ({ response }) => {
    const bytes = await readFile(file)
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(bytes)
  }
}
