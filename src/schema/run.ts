import { askQuestion } from '../resolvers/ask-question.ts'
import { cancelRun } from '../resolvers/cancel-run.ts'
import { listRuns } from '../resolvers/list-runs.ts'
import { loadConversation } from '../resolvers/load-row.ts'
import { runRetrieval } from '../resolvers/run-retrieval.ts'
import { storedAnswer, storedFailure } from '../resolvers/stored-json.ts'
import { Answer } from './answer.ts'
import { AskQuestionInput } from './ask-question-input.ts'
import { builder } from './builder.ts'
import { connectionOf, pageArguments, pageComplexity } from './connection.ts'
import { Conversation } from './conversation.ts'
import { RunStatus } from './enums.ts'
import { Failure } from './failure.ts'
import { Retrieval } from './retrieval.ts'

export const Run = builder.prismaNode('Run', {
  description: 'One question and what became of it: retrieve → generate → validate.',
  id: { field: 'id' },
  fields: (t) => ({
    conversation: t.field({
      type: Conversation,
      tracing: true,
      resolve: ({ conversationId }, _args, context) => loadConversation(context, conversationId),
    }),
    question: t.exposeString('question'),
    status: t.expose('status', { type: RunStatus }),
    retrieval: t.field({
      type: Retrieval,
      nullable: true,
      description: 'The evidence, as soon as it was retrieved: there even where the answer failed.',
      tracing: true,
      resolve: (run, _args, context) => runRetrieval(run, context),
    }),
    answer: t.field({
      type: Answer,
      nullable: true,
      resolve: ({ id, answer }) => {
        const stored = storedAnswer(answer)
        return stored && { runId: id, stored }
      },
    }),
    failure: t.field({ type: Failure, nullable: true, resolve: ({ failure }) => storedFailure(failure) }),
    traceId: t.exposeString('traceId', {
      nullable: true,
      description: 'Finds the run in the tracing backend.',
    }),
    promptVersion: t.exposeString('promptVersion', {
      nullable: true,
      description: 'Names the prompts that the model was given; null where no model answered.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
  }),
})

builder.prismaObjectField('Conversation', 'runs', (t) =>
  t.field({
    type: connectionOf('Run', Run),
    description: 'Oldest first.',
    args: pageArguments,
    complexity: pageComplexity,
    tracing: true,
    resolve: (conversation, args, context) => listRuns(conversation, args, context),
  }),
)

const CancelRunInput = builder.inputType('CancelRunInput', {
  fields: (t) => ({ runId: t.id({ required: true }) }),
})

builder.mutationFields((t) => ({
  askQuestion: t.field({
    type: Run,
    description:
      'Runs retrieve → generate → validate and waits for the end. chatStream streams the same run.',
    args: { input: t.arg({ type: AskQuestionInput, required: true }) },
    resolve: (_root, args, context) => askQuestion(args, context),
  }),
  cancelRun: t.field({
    type: Run,
    description: 'Stops a run, upstream generation included. A run that has ended is returned as it is.',
    args: { input: t.arg({ type: CancelRunInput, required: true }) },
    resolve: (_root, args, context) => cancelRun(args, context),
  }),
}))
