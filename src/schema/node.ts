import { brandWithType } from '@pothos/core'
import { type FoundNode, findNodes } from '../resolvers/find-nodes.ts'
import { limits } from '../resolvers/limits.ts'
import { builder } from './builder.ts'

/** Rows do not say what they are: the brand tells the Node interface. */
function brand(found: FoundNode | null | undefined): object | null {
  if (!found) return null
  // Prisma types are registered under their names, which the type of OutputType does not know.
  brandWithType(found.row, found.type as never)
  return found.row
}

builder.queryFields((t) => ({
  node: t.field({
    type: builder.nodeInterfaceRef(),
    nullable: true,
    description: "The object with this id, or null where there is none in the caller's workspace.",
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_root, { id }, context) => brand((await findNodes([id], context))[0]),
  }),
  nodes: t.field({
    type: [builder.nodeInterfaceRef()],
    nullable: { list: false, items: true },
    args: { ids: t.arg.idList({ required: true, description: `At most ${limits.ids}.` }) },
    complexity: ({ ids }) => ({ field: 1, multiplier: Math.min(ids.length, limits.ids) }),
    resolve: async (_root, { ids }, context) => (await findNodes(ids, context)).map(brand),
  }),
}))
