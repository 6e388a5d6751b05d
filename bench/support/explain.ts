import type pg from 'pg'

/** A statement and its plan with times and buffers, as text. Vectors in it are cut: they say nothing. */
export async function explain(client: pg.Client, text: string, values: readonly unknown[]): Promise<string> {
  // Once before, so that it does not show what only the first one pays.
  await client.query(text, [...values])
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, BUFFERS) ${text}`, [
    ...values,
  ])
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
  return `${text.trim()}\n\n${shortened(plan)}\n`
}

function shortened(plan: string): string {
  return plan
    .replaceAll(/'\[[^\]]{40,}\]'/g, "'[…]'")
    .replaceAll(/'\{[^}]{200,}\}'/g, "'{…}'")
    .replaceAll(/'\{[^}]{200,}\}\/(\d+)'/g, "'{…}/$1'")
}
