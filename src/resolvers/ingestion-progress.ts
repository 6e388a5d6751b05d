import type { Ingestion } from '../generated/prisma/client.ts'
import type { Context } from './context.ts'
import { requireRowId } from './global-id.ts'
import { startStream } from './start-stream.ts'

export async function ingestionProgress(
  args: { readonly ingestionId: string },
  { caller, services, signal }: Context,
): Promise<AsyncGenerator<Ingestion, void, void>> {
  const id = requireRowId('ingestionId', 'Ingestion', args.ingestionId)
  return startStream(services.ingestions.follow(caller, id, signal))
}
