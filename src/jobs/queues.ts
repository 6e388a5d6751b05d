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
  'fill-embedding-space': z.object({ spaceId: z.int().positive() }),
} as const

export type QueueName = keyof typeof queues
export type Payload<N extends QueueName> = z.infer<(typeof queues)[N]>

type Options = Omit<Queue, 'name'>

/** How long a job is kept once it is done. */
const deleteAfterSeconds = 3_600

/** Where a worker is killed, its jobs are taken up again after this long without a heartbeat. */
const heartbeatSeconds = 10

/** Dead-letter queues first: pg-boss refuses a reference to a queue that is not there. */
export const queueOptions: { readonly [N in QueueName]: Options } = {
  'ingest-document-dead': { retryLimit: 10, retryDelay: 5, retryBackoff: true, notify: true },
  'ingest-document': {
    retryLimit: 5,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 60,
    heartbeatSeconds,
    expireInSeconds: 3_600,
    deleteAfterSeconds,
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
  'fill-embedding-space': {
    policy: 'exclusive',
    retryLimit: 20,
    retryDelay: 5,
    retryBackoff: true,
    heartbeatSeconds,
    notify: true,
  },
}
