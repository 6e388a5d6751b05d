import type { Ingestion } from '../generated/prisma/client.ts'
import type { Context } from './context.ts'
import { requireRowId } from './global-id.ts'

export async function cancelIngestion(
  { input }: { readonly input: { readonly ingestionId: string } },
  { caller, services }: Context,
): Promise<Ingestion> {
  return services.ingestions.cancel(caller, requireRowId('ingestionId', 'Ingestion', input.ingestionId))
}
