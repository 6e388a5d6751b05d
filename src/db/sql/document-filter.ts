/** A condition on the table `document`, its parameters numbered on from `firstParameter`. */
export interface FilterCondition {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

export interface MetadataFields {
  readonly path: readonly string[]
  readonly equals?: unknown
  readonly in?: readonly unknown[]
  readonly gte?: unknown
  readonly lte?: unknown
  readonly exists?: boolean
}

/** The same fields as retrieval's DocumentFilter; db knows no domain. */
export interface FilterFields {
  readonly documentIds?: readonly string[]
  readonly externalIds?: readonly string[]
  readonly mimeTypes?: readonly string[]
  readonly createdAfter?: Date
  readonly createdBefore?: Date
  readonly metadata?: readonly MetadataFields[]
}

type Bind = (value: unknown) => string

/**
 * Every value is a parameter; only operators and numbers of parameters become text. What an index can find stands
 * beside what decides: an index takes over wherever it is the cheaper way, and the result is the same without it.
 */
export function filterCondition(filter: FilterFields, firstParameter: number): FilterCondition {
  const parameters: unknown[] = []
  const bind: Bind = (value) => `$${firstParameter + parameters.push(value) - 1}`
  const conditions: string[] = []
  const where = (condition: string) => conditions.push(condition)

  if (filter.documentIds) where(`document.id = ANY(${bind(filter.documentIds)}::uuid[])`)
  if (filter.externalIds) where(`document.external_id = ANY(${bind(filter.externalIds)}::text[])`)
  if (filter.mimeTypes) where(`document.mime_type = ANY(${bind(filter.mimeTypes)}::text[])`)
  if (filter.createdAfter) where(`document.created_at > ${bind(filter.createdAfter)}::timestamptz`)
  if (filter.createdBefore) where(`document.created_at < ${bind(filter.createdBefore)}::timestamptz`)
  for (const each of filter.metadata ?? []) where(metadataCondition(each, bind))
  return { sql: conditions.map((condition) => ` AND ${condition}`).join(''), parameters }
}

function metadataCondition({ path, ...operators }: MetadataFields, bind: Bind): string {
  const { equals, in: among, gte, lte, exists } = operators
  if (equals !== undefined) return equalTo(path, equals, bind)
  if (among !== undefined) return among.length === 0 ? 'FALSE' : amongThese(path, among, bind)
  if (gte !== undefined) return ordered(path, '>=', gte, bind)
  if (lte !== undefined) return ordered(path, '<=', lte, bind)
  if (exists === undefined) return 'TRUE'
  if (!exists) return `(${valueAt(path, bind)}) IS NULL`
  return `((${valueAt(path, bind)}) IS NOT NULL AND ${hasKey(path, bind)})`
}

const valueAt = (path: readonly string[], bind: Bind) => `document.metadata #> ${bind(path)}::text[]`

const json = (value: unknown, bind: Bind) => `${bind(JSON.stringify(value))}::jsonb`

/** Holds for every document with a value at the path. The very expression of the index. */
const hasKey = ([key]: readonly string[], bind: Bind) =>
  `jsonb_path_query_array(document.metadata, '$.keyvalue().key', '{}', true) @> ${json([key], bind)}`

/** Containment is by keys alone, where a path may count positions of a list, too. */
const mayCount = (path: readonly string[]) => path.some((key) => /^\s*[+-]?\d+$/.test(key))

const isScalar = (value: unknown) => typeof value !== 'object' || value === null

const contains = (path: readonly string[], value: unknown, bind: Bind) =>
  `document.metadata @> ${json(
    path.reduceRight<unknown>((inner, key) => Object.fromEntries([[key, inner]]), value),
    bind,
  )}`

function equalTo(path: readonly string[], value: unknown, bind: Bind): string {
  // A scalar that is contained is equal. An object or a list may be contained in a larger one.
  if (isScalar(value) && !mayCount(path)) return contains(path, value, bind)
  const equal = `${valueAt(path, bind)} = ${json(value, bind)}`
  return `(${equal} AND ${hasLeaf(value) && !mayCount(path) ? contains(path, value, bind) : hasKey(path, bind)})`
}

/** An index of jsonb_path_ops has no entry for what holds no scalar: it would be read whole. */
function hasLeaf(value: unknown): boolean {
  return isScalar(value) || Object.values(value as object).some(hasLeaf)
}

function amongThese(path: readonly string[], values: readonly unknown[], bind: Bind): string {
  if (values.every(isScalar) && !mayCount(path)) {
    return `(${values.map((value) => contains(path, value, bind)).join(' OR ')})`
  }
  const equal = `${valueAt(path, bind)} = ANY(ARRAY(SELECT jsonb_array_elements(${json(values, bind)})))`
  return `(${equal} AND ${hasKey(path, bind)})`
}

/**
 * Numbers compare with numbers and strings with strings, by code points: jsonb would order across types, and strings
 * as the server's locale has it.
 */
function ordered(path: readonly string[], operator: '>=' | '<=', operand: unknown, bind: Bind): string {
  const value = valueAt(path, bind)
  const comparison =
    typeof operand === 'string'
      ? `(${value} #>> '{}') COLLATE "C" ${operator} ${bind(operand)}::text`
      : `${value} ${operator} ${json(operand, bind)}`
  const type = typeof operand === 'string' ? 'string' : 'number'
  return `(jsonb_typeof(${value}) = '${type}' AND ${comparison} AND ${hasKey(path, bind)})`
}
