import { chatStream } from '../resolvers/chat-stream.ts'
import { AskQuestionInput } from './ask-question-input.ts'
import { builder } from './builder.ts'
import { ChatEvent } from './chat-event.ts'
import { subscribeTo } from './subscribe-to.ts'

const ResumeRunInput = builder.inputType('ResumeRunInput', {
  fields: (t) => ({
    runId: t.id({ required: true }),
    afterSeq: t.int({
      required: true,
      defaultValue: 0,
      description:
        "The last seq seen; 0 replays the run from its start. At most the seq of the run's last event.",
    }),
  }),
})

const ChatStreamInput = builder.inputType('ChatStreamInput', {
  isOneOf: true,
  fields: (t) => ({
    ask: t.field({ type: AskQuestionInput }),
    resume: t.field({ type: ResumeRunInput }),
  }),
})

builder.subscriptionField('chatStream', (t) =>
  t.field({
    type: ChatEvent,
    description: `Starts a run and streams it, or follows one that was started before (resume). The run does not
depend on the connection: after a disconnect, resume with the last seq seen and the stream goes
on from there, gap-free and without duplicates, on any replica. Completes after the run's last event.`,
    args: { input: t.arg({ type: ChatStreamInput, required: true }) },
    subscribe: (_root, args, context, info) => subscribeTo(chatStream, args, context, info),
    resolve: (event) => event,
  }),
)
