import { setTimeout as delay } from 'node:timers/promises'
import type { GroundwireClient } from '../../clients/typescript/client.ts'
import {
  DocumentStatesDocument,
  type DocumentStatesQuery,
  type DocumentStatus,
} from '../../clients/typescript/generated/graphql.ts'

export type DocumentState = Extract<
  NonNullable<DocumentStatesQuery['nodes'][number]>,
  { __typename: 'Document' }
>

const settled: ReadonlySet<DocumentStatus> = new Set(['READY', 'FAILED', 'CANCELLED'])
const pollMs = 250
/** As many ids as one query takes. */
const batchSize = 100

export const isSettled = (status: DocumentStatus): boolean => settled.has(status)

/**
 * Waits for documents that an earlier call queued, of whose ingestion this one knows nothing: a process that
 * was killed, say, or another command. @returns them as they ended; one that was deleted is left out
 */
export async function awaitDocuments(
  client: GroundwireClient,
  ids: readonly string[],
  onProgress: (settled: number) => void,
  signal: AbortSignal,
): Promise<DocumentState[]> {
  const ended: DocumentState[] = []
  let open = [...ids]
  while (open.length > 0) {
    const { nodes } = await client.request(
      DocumentStatesDocument,
      { ids: open.slice(0, batchSize) },
      { signal },
    )
    const found = nodes.filter((node): node is DocumentState => node?.__typename === 'Document')
    const waiting = found.filter(({ status }) => !isSettled(status)).map(({ id }) => id)
    ended.push(...found.filter(({ status }) => isSettled(status)))
    open = [...waiting, ...open.slice(batchSize)]
    onProgress(ids.length - open.length)
    if (waiting.length > 0) await delay(pollMs, undefined, { signal })
  }
  return ended
}
