import { AppError, ErrorCode } from '../errors.ts'

type Refuse = (error: AppError) => void

/** With the second for which a valid key is remembered, a stream outlives its key by no more than one and a half. */
const everyMs = 500
/** Keys that are asked about at a time: they share the database with everybody's operations. */
const batch = 4

/** Asks again and again whether the keys of open streams are still valid, each once however many streams it has. */
export class WatchCallers {
  readonly #authenticate: (authorization: string | null, signal: AbortSignal) => Promise<unknown>
  readonly #watched = new Map<string, Set<Refuse>>()
  readonly #stopping = new AbortController()
  readonly #timer: NodeJS.Timeout
  #asking = false

  constructor(authenticate: (authorization: string | null, signal: AbortSignal) => Promise<unknown>) {
    this.#authenticate = authenticate
    this.#timer = setInterval(() => void this.#ask(), everyMs).unref()
  }

  /** Calls `refuse` once when the key is no longer taken. Returns what ends the watch. */
  watch(authorization: string | null | undefined, refuse: Refuse): () => void {
    // Whoever needs no key cannot lose it.
    if (!authorization) return () => {}
    const here = this.#watched.get(authorization) ?? new Set()
    this.#watched.set(authorization, here.add(refuse))
    return () => {
      here.delete(refuse)
      if (here.size === 0 && this.#watched.get(authorization) === here) this.#watched.delete(authorization)
    }
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#stopping.abort()
  }

  async #ask(): Promise<void> {
    if (this.#asking) return
    this.#asking = true
    const keys = [...this.#watched.keys()]
    for (let from = 0; from < keys.length && !this.#stopping.signal.aborted; from += batch) {
      await Promise.all(keys.slice(from, from + batch).map((key) => this.#askFor(key)))
    }
    this.#asking = false
  }

  async #askFor(authorization: string): Promise<void> {
    try {
      await this.#authenticate(authorization, this.#stopping.signal)
    } catch (error) {
      // Where nobody can tell, because the database is away, say, the stream goes on.
      if (!(error instanceof AppError) || error.code !== ErrorCode.Unauthenticated) return
      const refused = this.#watched.get(authorization) ?? []
      this.#watched.delete(authorization)
      for (const refuse of refused) refuse(error)
    }
  }
}
