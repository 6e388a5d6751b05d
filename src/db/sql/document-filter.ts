/** A condition on the table `document`, its parameters numbered on from `firstParameter`. */
export interface FilterCondition {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/** The same fields as retrieval's DocumentFilter; db knows no domain. */
export interface FilterFields {
  readonly documentIds?: readonly string[]
  readonly externalIds?: readonly string[]
  readonly mimeTypes?: readonly string[]
  readonly createdAfter?: Date
  readonly createdBefore?: Date
  /** Of the table `chunk`, which the statement then has. */
  readonly chunkIds?: readonly string[]
  readonly metadata?: readonly {
    readonly path: readonly string[]
    readonly equals?: unknown
    readonly in?: readonly unknown[]
    readonly gte?: unknown
    readonly lte?: unknown
    readonly exists?: boolean
  }[]
}

/** Every value is a parameter; only operators and numbers of parameters become text. */
export function filterCondition(filter: FilterFields, firstParameter: number): FilterCondition {
  const parameters: unknown[] = []
  const bind = (value: unknown) => `$${firstParameter + parameters.push(value) - 1}`
  const conditions: string[] = []
  const where = (condition: string) => conditions.push(condition)

  if (filter.chunkIds) where(`chunk.id = ANY(${bind(filter.chunkIds)}::uuid[])`)
  if (filter.documentIds) where(`document.id = ANY(${bind(filter.documentIds)}::uuid[])`)
  if (filter.externalIds) where(`document.external_id = ANY(${bind(filter.externalIds)}::text[])`)
  if (filter.mimeTypes) where(`document.mime_type = ANY(${bind(filter.mimeTypes)}::text[])`)
  if (filter.createdAfter) where(`document.created_at > ${bind(filter.createdAfter)}::timestamptz`)
  if (filter.createdBefore) where(`document.created_at < ${bind(filter.createdBefore)}::timestamptz`)
  for (const condition of filter.metadata ?? []) {
    const value = `document.metadata #> ${bind(condition.path)}::text[]`
    const json = (operand: unknown) => `${bind(JSON.stringify(operand))}::jsonb`
    // Numbers compare with numbers and strings with strings: jsonb would order across types.
    const ordered = (operator: string, operand: unknown) => {
      const bound = json(operand)
      return `(jsonb_typeof(${value}) = jsonb_typeof(${bound}) AND ${value} ${operator} ${bound})`
    }
    if (condition.equals !== undefined) where(`${value} = ${json(condition.equals)}`)
    if (condition.in !== undefined) {
      where(`${value} = ANY(ARRAY(SELECT jsonb_array_elements(${json(condition.in)})))`)
    }
    if (condition.gte !== undefined) where(ordered('>=', condition.gte))
    if (condition.lte !== undefined) where(ordered('<=', condition.lte))
    if (condition.exists !== undefined) where(`(${value}) IS ${condition.exists ? 'NOT NULL' : 'NULL'}`)
  }
  return { sql: conditions.map((condition) => ` AND ${condition}`).join(''), parameters }
}
