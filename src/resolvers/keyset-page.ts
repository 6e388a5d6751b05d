import { type KeysetKey, type KeysetKeys, parseCursor, writeCursor } from './cursor.ts'
import { type PageArgs, parsePageSize } from './page-size.ts'

interface Bounds<V> {
  gt?: V
  gte?: V
  lt?: V
  lte?: V
}

/** What a listing reads: spread into Prisma's findMany beside its own conditions. */
interface KeysetQuery<K extends KeysetKey> {
  readonly where: { [P in K]: Bounds<KeysetKeys[P]> }
  readonly orderBy: { [P in K]: 'asc' | 'desc' }
  readonly take: number
}

export interface Connection<Row> {
  readonly edges: readonly { readonly cursor: string; readonly node: Row }[]
  readonly pageInfo: PageInfo
  /** Counts when asked: most pages are read without. */
  readonly totalCount: () => Promise<number>
}

export interface PageInfo {
  readonly hasNextPage: () => Promise<boolean>
  readonly hasPreviousPage: () => Promise<boolean>
  readonly startCursor: string | null
  readonly endCursor: string | null
}

interface Listing<K extends KeysetKey, Row> {
  /** The column that orders it, unique within it. */
  readonly key: K
  /** @default 'asc' */
  readonly order?: 'asc' | 'desc'
  readonly rows: (query: KeysetQuery<K>) => Promise<Row[]>
  readonly count?: () => Promise<number>
}

const sides = { asc: { after: 'gt', before: 'lt' }, desc: { after: 'lt', before: 'gt' } } as const
const reverse = { asc: 'desc', desc: 'asc' } as const

/**
 * One page of a listing. A cursor holds the key of its row, not its position: a listing goes on behind a
 * row that was deleted, and what is added elsewhere neither repeats nor hides a row.
 */
export async function keysetPage<K extends KeysetKey, Row extends { readonly [P in K]: KeysetKeys[P] }>(
  args: PageArgs,
  { key, order = 'asc', rows, count = async () => 0 }: Listing<K, Row>,
): Promise<Connection<Row>> {
  type Value = KeysetKeys[K]
  const { size, backward } = parsePageSize(args)
  const after = typeof args.after === 'string' ? parseCursor('after', key, args.after) : undefined
  const before = typeof args.before === 'string' ? parseCursor('before', key, args.before) : undefined
  const { after: behind, before: ahead } = sides[order]

  const read = (bounds: Bounds<Value>, direction: 'asc' | 'desc', take: number) =>
    rows({ where: { [key]: bounds }, orderBy: { [key]: direction }, take } as unknown as KeysetQuery<K>)
  const bounds: Bounds<Value> = {}
  if (after !== undefined) bounds[behind] = after
  if (before !== undefined) bounds[ahead] = before

  // One row more than asked for tells whether there are more.
  const found = await read(bounds, backward ? reverse[order] : order, size + 1)
  const more = found.length > size
  const page = found.slice(0, size)
  if (backward) page.reverse()

  /** Whether there are rows on the far side of a cursor, where this page did not look. */
  const beyond = async (cursor: Value | undefined, side: 'gt' | 'lt', edge: Row | undefined) => {
    if (cursor === undefined) return false
    // Past an empty page, the cursor's own row counts.
    const past: Bounds<Value> = edge ? { [side]: edge[key] } : { [`${side}e`]: cursor }
    return (await read(past, order, 1)).length > 0
  }
  const edges = page.map((node) => ({ cursor: writeCursor(key, node[key]), node }))
  return {
    edges,
    pageInfo: {
      hasNextPage: async () => (!backward && more) || beyond(before, behind, page.at(-1)),
      hasPreviousPage: async () => (backward && more) || beyond(after, ahead, page[0]),
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: count,
  }
}
