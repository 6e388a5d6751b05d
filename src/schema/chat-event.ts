import { encodeGlobalId } from '../resolvers/global-id.ts'
import { loadRun } from '../resolvers/load-row.ts'
import { retrievalOf } from '../resolvers/run-retrieval.ts'
import type { ChatEvent as Event } from '../runs/runs.ts'
import { builder } from './builder.ts'
import { Failure } from './failure.ts'
import { Retrieval } from './retrieval.ts'
import { Run } from './run.ts'

type EventOf<T extends Event['type']> = Extract<Event, { type: T }>

export const ChatEvent = builder.interfaceRef<Event>('ChatEvent').implement({
  description:
    'seq grows by one from 1 in each run; the last event is RunCompleted, RunFailed or RunCancelled.',
  resolveType: ({ type }) => type,
  fields: (t) => ({
    seq: t.exposeInt('seq'),
    runId: t.id({ resolve: ({ runId }) => encodeGlobalId('Run', runId) }),
  }),
})

builder.objectRef<EventOf<'RunStarted'>>('RunStarted').implement({
  interfaces: [ChatEvent],
  fields: (t) => ({
    conversationId: t.id({
      resolve: ({ conversationId }) => encodeGlobalId('Conversation', conversationId),
    }),
  }),
})

builder.objectRef<EventOf<'SourcesRetrieved'>>('SourcesRetrieved').implement({
  interfaces: [ChatEvent],
  fields: (t) => ({
    retrieval: t.field({
      type: Retrieval,
      tracing: true,
      resolve: ({ runId }, _args, context) => retrievalOf(runId, context),
    }),
  }),
})

builder.objectRef<EventOf<'AnswerDelta'>>('AnswerDelta').implement({
  description:
    "The next piece of the answer, as the model wrote it: their concatenation is the answer's text.",
  interfaces: [ChatEvent],
  fields: (t) => ({ text: t.exposeString('text') }),
})

builder.objectRef<EventOf<'AnswerReset'>>('AnswerReset').implement({
  description: 'The text so far is withdrawn: validation asked for another attempt, and deltas start afresh.',
  interfaces: [ChatEvent],
  fields: (t) => ({ reason: t.exposeString('reason') }),
})

builder.objectRef<EventOf<'RunCompleted'>>('RunCompleted').implement({
  interfaces: [ChatEvent],
  fields: (t) => ({
    run: t.field({
      type: Run,
      tracing: true,
      resolve: ({ runId }, _args, context) => loadRun(context, runId),
    }),
  }),
})

builder.objectRef<EventOf<'RunFailed'>>('RunFailed').implement({
  interfaces: [ChatEvent],
  fields: (t) => ({
    failure: t.expose('failure', { type: Failure }),
    run: t.field({
      type: Run,
      tracing: true,
      resolve: ({ runId }, _args, context) => loadRun(context, runId),
    }),
  }),
})

builder.objectRef<EventOf<'RunCancelled'>>('RunCancelled').implement({
  interfaces: [ChatEvent],
  fields: (t) => ({
    run: t.field({
      type: Run,
      tracing: true,
      resolve: ({ runId }, _args, context) => loadRun(context, runId),
    }),
  }),
})
