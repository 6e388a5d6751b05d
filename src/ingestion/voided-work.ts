import type { Notifications } from '../db/notifications.ts'
import { voidedChannel } from '../db/sql/voided-work.ts'

/** Tells this process's attempts at once that what they are at was cancelled, replaced or deleted. */
export interface VoidedWork {
  /** A signal that aborts with a VoidedError. Dispose it when the attempt has ended. */
  watch(documentId: string): Disposable & { readonly signal: AbortSignal }
  close(): Promise<void>
}

class VoidedError extends Error {
  override readonly name = 'VoidedError'

  constructor() {
    super('The document was cancelled, replaced or deleted')
  }
}

/**
 * By notification alone: one that is lost costs the rest of an attempt, whose writes are void in any case, since each
 * names its fence.
 */
export async function createVoidedWork(notifications: Notifications): Promise<VoidedWork> {
  const attempts = new Map<string, Set<AbortController>>()
  const abort = (documentId: string) => {
    for (const attempt of attempts.get(documentId) ?? []) attempt.abort(new VoidedError())
  }
  const subscription = await notifications.listen(voidedChannel, abort, () => {})
  return {
    watch(documentId) {
      const attempt = new AbortController()
      const others = attempts.get(documentId) ?? new Set()
      attempts.set(documentId, others.add(attempt))
      return {
        signal: attempt.signal,
        [Symbol.dispose]() {
          others.delete(attempt)
          if (others.size === 0 && attempts.get(documentId) === others) attempts.delete(documentId)
        },
      }
    },
    close: () => subscription.close(),
  }
}
