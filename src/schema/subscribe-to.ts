import type { GraphQLResolveInfo } from 'graphql'
import type { Context } from '../resolvers/context.ts'
import { observeResolver } from './observe-resolvers.ts'

/** Opens a subscription's events: observed, and refused where they would be too complex to resolve. */
export function subscribeTo<Args, Event>(
  open: (args: Args, context: Context) => Promise<AsyncGenerator<Event, void, void>>,
  args: Args,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<AsyncGenerator<Event, void, void>> {
  return observeResolver(`Subscription.${info.fieldName}`, context, async () => {
    // The complexity plugin looks at resolvers only, which would be after the run was started: run the
    // field's own, which passes on what it is given, for the check around it.
    await info.parentType.getFields()[info.fieldName]?.resolve?.(undefined, args, context, info)
    return open(args, context)
  })
}
