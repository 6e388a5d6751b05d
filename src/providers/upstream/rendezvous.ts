/**
 * The items in the order in which they suit the key: the same for everyone who asks, and without an item the others
 * keep theirs. Rendezvous hashing: Thaler and Ravishankar 1998.
 */
export function rankFor<T>(key: string, items: readonly T[], nameOf: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, weight: hash(`${key}\n${nameOf(item)}`) }))
    .sort((a, b) => b.weight - a.weight)
    .map(({ item }) => item)
}

/** FNV-1a with the finisher of MurmurHash3: names that differ in their last letter alone must fall far apart. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}
