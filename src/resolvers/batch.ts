import { retryOutage } from '../lib/retry-outage.ts'
import type { Context } from './context.ts'

/**
 * Collects the keys that one request asks for at a time and loads them together. Nothing outlives its
 * batch: the next event of a subscription reads what is there then.
 */
export function batch<K, V>(
  load: (context: Context, keys: readonly K[]) => Promise<ReadonlyMap<K, V>>,
): (context: Context, key: K) => Promise<V | undefined> {
  const collecting = new WeakMap<Context, { keys: Set<K>; loaded: Promise<ReadonlyMap<K, V>> }>()

  return async (context, key) => {
    let current = collecting.get(context)
    if (!current) {
      const keys = new Set<K>()
      const loaded = allResolved().then(() => {
        collecting.delete(context)
        // An event that was read before an outage is told in full after it.
        return retryOutage(context.signal, () => load(context, [...keys]))
      })
      current = { keys, loaded }
      collecting.set(context, current)
    }
    current.keys.add(key)
    return (await current.loaded).get(key)
  }
}

/** After the resolvers of this level, which run in promise callbacks, have asked for what they need. */
function allResolved(): Promise<void> {
  return new Promise((resolve) => {
    void Promise.resolve().then(() => process.nextTick(resolve))
  })
}
