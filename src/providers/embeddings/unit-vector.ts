/**
 * Scales the vector to length 1, in place. Cosine similarity knows no length, and a halfvec no number above 65,504 or
 * below 6e-8: an unscaled vector could be stored as infinities, or as zeros.
 * @returns false for a vector without direction: NaN, an infinity, or nothing but zeros
 */
export function toUnitLength(vector: Float32Array): boolean {
  // In double precision: squares of the largest floats do not overflow, nor vanish those of the smallest.
  let squares = 0
  for (const value of vector) squares += value * value
  if (!Number.isFinite(squares) || squares === 0) return false
  const scale = 1 / Math.sqrt(squares)
  if (scale !== 1) for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) * scale
  return true
}
