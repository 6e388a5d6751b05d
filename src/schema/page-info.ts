import type { PageInfo as Page } from '../resolvers/keyset-page.ts'
import { builder } from './builder.ts'

export const PageInfo = builder.objectRef<Page>('PageInfo').implement({
  description: `Connections follow the Relay specification; first and last are at most 100, and first is 20 where neither is given.`,
  fields: (t) => ({
    hasNextPage: t.boolean({ resolve: ({ hasNextPage }) => hasNextPage() }),
    hasPreviousPage: t.boolean({ resolve: ({ hasPreviousPage }) => hasPreviousPage() }),
    startCursor: t.exposeString('startCursor', { nullable: true }),
    endCursor: t.exposeString('endCursor', { nullable: true }),
  }),
})
