/**
 * Uniform 32-bit numbers that a seed repeats: Chris Doty-Humphrey's sfc32 of PractRand, whose period is about 2^127.
 * `Math.random` takes no seed, and a p-value that changes from run to run is none.
 */
export function seededRandom(seed: number): () => number {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, seed >>> 0, 1]
  const next = () => {
    const result = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + result
    return result >>> 0
  }
  // The first ones still show how close two seeds are.
  for (let round = 0; round < 15; round++) next()
  return next
}
