import type { RunnableConfig } from '@langchain/core/runnables'
import type {
  ChannelVersions,
  Checkpoint,
  CheckpointMetadata,
  CheckpointTuple,
} from '@langchain/langgraph-checkpoint'
import type { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres'
import type pg from 'pg'
import type { Queryable } from '../db/database.ts'
import { createCheckpointer } from '../db/migrate.ts'
import { putCheckpoint } from '../db/sql/run-checkpoint.ts'
import { retryOutage } from '../lib/retry-outage.ts'
import { untilAborted } from '../lib/until-aborted.ts'
import { LeaseLostError } from '../runs/lease.ts'
import type { RunWork } from '../runs/run-work.ts'
import { graphRunOf } from './graph-run.ts'
import type { RunState } from './state.ts'

/** LangGraph numbers its steps from -1, the input; in 0 it has been taken in, and the first node comes next. */
const firstNode = 1

type Write = (client: Queryable) => Promise<unknown>

/** The checkpoints of one run, as LangGraph asks for them. */
export interface RunCheckpoints extends Pick<PostgresSaver, 'getTuple' | 'put'> {
  /** Writes the checkpoint that waits for the run's evidence, to be committed with it; undefined where none waits. */
  readonly waiting: () => Write | undefined
}

/** LangGraph's own saver, with what is of one run left to that. */
export function createRunSaver(pool: pg.Pool): PostgresSaver {
  const saver = createCheckpointer(pool)
  saver.getTuple = (config) => graphRunOf(config).checkpoints.getTuple(config)
  saver.put = (config, ...rest) => graphRunOf(config).checkpoints.put(config, ...rest)
  // Spares nodes that finished beside one that failed. Here one node runs at a time, and its checkpoint follows.
  saver.putWrites = async () => {}
  return saver
}

/**
 * Each checkpoint is written only while the lease is held: a process that lost the run must not leave one that its
 * successor would take for its own. All that is written can be repeated (upserts), so a restart of the database is
 * waited for.
 *
 * Written here and not by the saver, which sends a statement for each value: two thirds of all statements of a run, before
 * its first token most of them. What was found is committed together with the run's evidence, while the model reads its
 * prompt: nobody sees a word of the answer before that. What a successor would do again in no time has no checkpoint.
 */
export function createRunCheckpoints(
  saver: PostgresSaver,
  pool: pg.Pool,
  { lease, log, news }: Pick<RunWork, 'lease' | 'log' | 'news'>,
  signal: AbortSignal,
): RunCheckpoints {
  /** Versions of values that no checkpoint holds yet. */
  let unwritten: ChannelVersions = {}
  let isNew = news.run
  let waiting: Write | undefined

  return {
    waiting: () => waiting,
    async getTuple(config): Promise<CheckpointTuple | undefined> {
      // Asked for once more by the workflow itself.
      if (isNew) return undefined
      const found = await retryOutage(signal, () => saver.getTuple(config))
      isNew = found === undefined
      return found
    },
    async put(config, checkpoint, metadata, newVersions) {
      const { checkpoint_ns: namespace = '', checkpoint_id: parent } = config.configurable ?? {}
      const next: RunnableConfig = {
        configurable: { thread_id: lease.runId, checkpoint_ns: namespace, checkpoint_id: checkpoint.id },
      }
      unwritten = { ...unwritten, ...newVersions }
      const values = checkpoint.channel_values as Partial<RunState>
      if (isNew ? isSoonDone(metadata.step, values) : values.approval) return next
      if (waiting) await untilAborted(log.recorded, signal)
      const versions = unwritten
      const write: Write = async (db) => {
        const parts = await serialize(saver, checkpoint, metadata, versions)
        const at = [lease.runId, namespace, checkpoint.id, parent ?? null] as const
        const held = await putCheckpoint(db, ...at, ...parts, lease.token)
        if (held.length === 0) throw new LeaseLostError(lease.runId)
      }
      unwritten = {}
      isNew = false
      if (values.sources && !values.draft && !log.hasSources) {
        waiting = write
        // What it holds is large, and an answer can take minutes.
        void log.recorded.then(() => {
          waiting = undefined
        })
        return next
      }
      await retryOutage(signal, () => write(pool))
      return next
    },
  }
}

/** Before anything was found, only a follow-up can have taken time: a model may have condensed it. */
function isSoonDone(step: number, { context, sources }: Partial<RunState>): boolean {
  return step < firstNode || !(context || sources)
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
