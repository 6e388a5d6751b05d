/** Uniform numbers from 0 to below 1, the same for the same seed: mulberry32, 32 bits of state. */
export type Random = () => number

export function seeded(seed: number): Random {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Fills `target` with independent normal numbers: mean 0, deviation 1. Box and Muller (1958). */
export function fillNormal(target: Float32Array, random: Random): void {
  for (let at = 0; at < target.length; at += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()))
    const angle = 2 * Math.PI * random()
    target[at] = radius * Math.cos(angle)
    if (at + 1 < target.length) target[at + 1] = radius * Math.sin(angle)
  }
}
