import type { Queue } from 'pg-boss'
import { z } from 'zod'

const id = z.uuid()

/**
 * The queues with their payloads. A payload may be read by an older or newer process than the one
 * that wrote it: changes only add optional fields.
 */
export const queues = {
  'ingest-document': z.object({
    workspaceId: id,
    documentId: id,
    version: z.int().positive(),
    ingestionId: id,
    /** W3C trace context of the request that queued it. */
    traceparent: z.string().optional(),
  }),
  /** What was given up on, with the payload of the job it was. */
  'ingest-document-dead': z.object({
    workspaceId: id,
    documentId: id,
    version: z.int().positive(),
    ingestionId: id,
    traceparent: z.string().optional(),
  }),
  'fold-statistics': z.object({ workspaceId: id, collectionId: id }),
  'reindex-collection': z.object({ workspaceId: id, collectionId: id }),
  /** Looks after each workspace, for the model in use, whose space this is. */
  'fill-embedding-space': z.object({ spaceId: z.int().positive() }),
  'fill-workspace': z.object({ workspaceId: id, spaceId: z.int().positive() }),
  'drop-vectors': z.object({ workspaceId: id }),
} as const

export type QueueName = keyof typeof queues
export type Payload<N extends QueueName> = z.infer<(typeof queues)[N]>

type Options = Omit<Queue, 'name'>

/** How long a job is kept once it is done. */
const deleteAfterSeconds = 3_600

/** pg-boss drops jobs that waited longer. A document must not wait for a job that is gone. */
const retentionSeconds = 365 * 86_400

/** Where a worker is killed, its jobs are taken up again after this long without a heartbeat. */
const heartbeatSeconds = 10

/** Dead-letter queues first: pg-boss refuses a reference to a queue that is not there. */
export const queueOptions: { readonly [N in QueueName]: Options } = {
  'ingest-document-dead': {
    retryLimit: 10,
    retryDelay: 5,
    retryBackoff: true,
    retentionSeconds,
    notify: true,
  },
  'ingest-document': {
    // About six minutes in all: a model server that is started again is not an end.
    retryLimit: 8,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 120,
    heartbeatSeconds,
    expireInSeconds: 3_600,
    deleteAfterSeconds,
    retentionSeconds,
    deadLetter: 'ingest-document-dead',
    notify: true,
  },
  // At most one waits for each collection: it folds whatever is there when it runs.
  'fold-statistics': {
    policy: 'short',
    deleteAfterSeconds,
    retryLimit: 10,
    retryDelay: 1,
    retryBackoff: true,
    heartbeatSeconds,
    notify: true,
  },
  // At most one waits for each collection, as for the fold.
  'reindex-collection': {
    policy: 'short',
    deleteAfterSeconds,
    retentionSeconds,
    retryLimit: 20,
    retryDelay: 5,
    retryBackoff: true,
    retryDelayMax: 300,
    heartbeatSeconds,
    expireInSeconds: 86_400,
    notify: true,
  },
  'fill-embedding-space': {
    policy: 'exclusive',
    retryLimit: 20,
    retryDelay: 5,
    retryBackoff: true,
    heartbeatSeconds,
    notify: true,
  },
  // At most one waits for each workspace and space: it embeds whatever has no vector when it runs.
  'fill-workspace': {
    policy: 'short',
    deleteAfterSeconds,
    retentionSeconds,
    // An outage is waited for, however long it is: about a month.
    retryLimit: 100_000,
    retryDelay: 2,
    retryBackoff: true,
    retryDelayMax: 30,
    heartbeatSeconds,
    expireInSeconds: 86_400,
    notify: true,
  },
  'drop-vectors': {
    policy: 'short',
    deleteAfterSeconds,
    retentionSeconds,
    retryLimit: 100_000,
    retryDelay: 2,
    retryBackoff: true,
    retryDelayMax: 300,
    heartbeatSeconds,
    expireInSeconds: 86_400,
    notify: true,
  },
}
