import type { Caller } from '../access/caller.ts'
import { findWorkspace } from '../resolvers/find-workspace.ts'
import { builder } from './builder.ts'
import { Scope } from './enums.ts'

const Workspace = builder.prismaNode('Workspace', {
  description: 'A tenant: nothing in one workspace can be seen or inferred from another.',
  id: { field: 'id' },
  fields: (t) => ({ name: t.exposeString('name') }),
})

const Viewer = builder.objectRef<Caller>('Viewer').implement({
  fields: (t) => ({
    workspace: t.field({
      type: Workspace,
      tracing: true,
      resolve: (_caller, _args, context) => findWorkspace(context),
    }),
    scopes: t.field({ type: [Scope], resolve: ({ scopes }) => [...scopes] }),
  }),
})

builder.queryField('viewer', (t) =>
  t.field({
    type: Viewer,
    description: 'Who the request is made as.',
    resolve: (_root, _args, { caller }) => caller,
  }),
)
