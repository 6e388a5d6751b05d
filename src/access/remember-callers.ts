import { hash } from 'node:crypto'
import type { Caller } from './caller.ts'

/** How long a key that was valid stays so without being asked for again. Revoking one waits as long. */
export const rememberedMs = 1_000
/** Far more keys than a process serves at a time; the oldest goes. */
const most = 1_000

type Authenticate = (authorization: string | null) => Promise<Caller>

/**
 * Asks once a second for each key and not once for each request. A life counts from before the database was asked, so
 * that after `rememberedMs` from its revocation no process takes a key, whether or not it was told of anything. Keys are
 * held by their hash; those that are refused are not held.
 */
export function rememberCallers(authenticate: Authenticate, now = () => performance.now()): Authenticate {
  const remembered = new Map<string, { readonly caller: Promise<Caller>; readonly until: number }>()
  return (authorization) => {
    if (authorization === null) return authenticate(authorization)
    const key = hash('sha256', authorization, 'base64')
    const known = remembered.get(key)
    const asked = now()
    if (known && asked < known.until) return known.caller
    const entry = { caller: authenticate(authorization), until: asked + rememberedMs }
    remembered.delete(key)
    remembered.set(key, entry)
    const [oldest] = remembered.keys()
    if (remembered.size > most && oldest !== undefined) remembered.delete(oldest)
    entry.caller.catch(() => {
      if (remembered.get(key) === entry) remembered.delete(key)
    })
    return entry.caller
  }
}
