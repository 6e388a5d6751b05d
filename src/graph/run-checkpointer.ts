import type { RunnableConfig } from '@langchain/core/runnables'
import type {
  ChannelVersions,
  Checkpoint,
  CheckpointMetadata,
  CheckpointTuple,
} from '@langchain/langgraph-checkpoint'
import type { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres'
import type pg from 'pg'
import { createCheckpointer } from '../db/migrate.ts'
import { putCheckpoint } from '../db/sql/run-checkpoint.ts'
import { transaction } from '../db/transaction.ts'
import { retryOutage } from '../lib/retry-outage.ts'
import type { LeaseGuard } from '../runs/lease.ts'

/** LangGraph numbers its steps from -1, the input; in 0 it has been taken in, and the first node comes next. */
const firstNode = 1

/**
 * The checkpoints of one run. Each transaction first makes sure that the lease is held: a process that lost the run
 * must not leave a checkpoint that its successor would take for its own. All that it writes can be repeated (upserts),
 * so a restart of the database is waited for.
 *
 * Written here and not by the saver, which sends a statement for each value: two thirds of all statements of a run, before
 * its first token most of them.
 */
export function createRunCheckpointer(pool: pg.Pool, guard: LeaseGuard, signal: AbortSignal): PostgresSaver {
  const saver = createCheckpointer(pool)
  const getTuple = saver.getTuple.bind(saver)
  /** Versions of values that no checkpoint holds yet. */
  let unwritten: ChannelVersions = {}
  let isNew = false

  saver.getTuple = async (config): Promise<CheckpointTuple | undefined> => {
    // Asked for once more by the workflow itself.
    if (isNew) return undefined
    const found = await retryOutage(signal, () => getTuple(config))
    isNew = found === undefined
    return found
  }

  saver.put = async (config, checkpoint, metadata, newVersions) => {
    const {
      thread_id: runId,
      checkpoint_ns: namespace = '',
      checkpoint_id: parent,
    } = config.configurable ?? {}
    const next: RunnableConfig = {
      configurable: { thread_id: runId, checkpoint_ns: namespace, checkpoint_id: checkpoint.id },
    }
    unwritten = { ...unwritten, ...newVersions }
    // Nothing has been done yet that a successor could be spared.
    if (metadata.step < firstNode && isNew) return next
    const parts = await serialize(saver, checkpoint, metadata, unwritten)
    await retryOutage(signal, () =>
      transaction(pool, async (client) => {
        await guard(client)
        await putCheckpoint(client, runId, namespace, checkpoint.id, parent ?? null, ...parts)
      }),
    )
    unwritten = {}
    isNew = false
    return next
  }
  // Spares nodes that finished beside one that failed. Here one node runs at a time, and its checkpoint follows.
  saver.putWrites = async () => {}
  return saver
}

/** The columns as the saver reads them. */
async function serialize(
  { serde }: PostgresSaver,
  { channel_values: values, ...checkpoint }: Checkpoint,
  metadata: CheckpointMetadata,
  versions: ChannelVersions,
) {
  const channels = Object.keys(versions)
  const dumped = await Promise.all(
    channels.map((channel) =>
      Object.hasOwn(values, channel) ? serde.dumpsTyped(values[channel]) : (['empty', null] as const),
    ),
  )
  const [, about] = await serde.dumpsTyped(metadata)
  return [
    JSON.stringify(checkpoint),
    new TextDecoder().decode(about),
    channels,
    channels.map((channel) => String(versions[channel])),
    dumped.map(([type]) => type),
    dumped.map(([, bytes]) => bytes && Buffer.from(bytes)),
  ] as const
}
