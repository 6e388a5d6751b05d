import pgvector from 'pgvector'

/** What a passage's vector is made from: its text under the title and headings that give it its context. */
export function passageForEmbedding(passage: {
  readonly title: string
  readonly headings: readonly string[]
  readonly text: string
}): string {
  const above = passage.headings.filter(
    (heading) => heading !== passage.title && !passage.text.includes(heading),
  )
  return [passage.title, ...above, passage.text].join('\n')
}

/** pgvector's text form. halfvec keeps 11 bits of each number, so that 5 digits lose nothing. */
export function vectorLiteral(vector: Float32Array): string {
  return String(pgvector.toSql(Array.from(vector, (value) => Number(value.toPrecision(5)))))
}

/**
 * pgvector's binary form of a halfvec: how many numbers, two bytes of nothing, the numbers, all big-endian. As a
 * statement's parameter it spares PostgreSQL the reading of 3.5 KB of decimals, a twelfth of a search's time.
 */
export function vectorBytes(vector: Float32Array): Buffer {
  const halves = new DataView(new ArrayBuffer(4 + 2 * vector.length))
  halves.setUint16(0, vector.length)
  for (const [index, value] of vector.entries()) halves.setFloat16(4 + 2 * index, value)
  return Buffer.from(halves.buffer)
}
