import type { InterfaceRef, ObjectRef } from '@pothos/core'
import type { Connection } from '../resolvers/keyset-page.ts'
import { limits } from '../resolvers/limits.ts'
import type { PageArgs } from '../resolvers/page-size.ts'
import { builder, type Types } from './builder.ts'
import { PageInfo } from './page-info.ts'

type SchemaTypes = PothosSchemaTypes.ExtendDefaultTypes<Types>

/** `<name>Connection` and `<name>Edge` over a node type, of what resolvers/keyset-page.ts reads. */
export function connectionOf<Row>(
  name: string,
  node: ObjectRef<SchemaTypes, Row> | InterfaceRef<SchemaTypes, Row>,
  options: { readonly totalCount?: boolean } = {},
) {
  const edge = builder.objectRef<Connection<Row>['edges'][number]>(`${name}Edge`).implement({
    fields: (t) => ({
      cursor: t.exposeString('cursor'),
      node: t.field({ type: node, resolve: (parent) => parent.node as never }),
    }),
  })
  return builder.objectRef<Connection<Row>>(`${name}Connection`).implement({
    fields: (t) => ({
      // The field of the connection has counted the rows already.
      edges: t.field({
        type: [edge],
        complexity: { field: 0, multiplier: 1 },
        resolve: ({ edges }) => edges,
      }),
      pageInfo: t.field({ type: PageInfo, resolve: ({ pageInfo }) => pageInfo }),
      ...(options.totalCount && {
        totalCount: t.int({ tracing: true, resolve: ({ totalCount }) => totalCount() }),
      }),
    }),
  })
}

const size = `1 to ${limits.pageSize}`

/** The arguments of a connection's field. */
export const pageArguments = builder.args((t) => ({
  first: t.int({ description: `${size}; ${limits.defaultPageSize} where neither first nor last is given.` }),
  after: t.string({ description: 'The cursor behind which the page begins.' }),
  last: t.int({ description: `${size}; not together with first.` }),
  before: t.string({ description: 'The cursor before which the page ends.' }),
}))

/** What is selected below costs as often as there can be rows. Sizes out of range are refused later. */
export function pageComplexity({ first, last }: PageArgs): { field: number; multiplier: number } {
  const rows = first ?? last ?? limits.defaultPageSize
  return { field: 1, multiplier: Math.max(0, Math.min(rows, limits.pageSize)) }
}
