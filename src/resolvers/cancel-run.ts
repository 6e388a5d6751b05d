import type { Run } from '../generated/prisma/client.ts'
import type { Context } from './context.ts'
import { requireRowId } from './global-id.ts'

export async function cancelRun(
  { input }: { readonly input: { readonly runId: string } },
  { caller, services }: Context,
): Promise<Run> {
  return services.runs.cancel(caller, requireRowId('runId', 'Run', input.runId))
}
