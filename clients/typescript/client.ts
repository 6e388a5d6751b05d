import { type BatchLimits, defaultBatchLimits } from './batches.ts'
import { type ChatEvent, chatEvents } from './chat-events.ts'
import { closable } from './closable.ts'
import {
  type Conversation,
  type ConversationList,
  type ConversationPage,
  conversation,
  conversations,
  type RunPage,
} from './conversations.ts'
import { type FailedDocument, failedDocuments } from './failed-documents.ts'
import {
  AskQuestionDocument,
  type AskQuestionInput,
  type AskQuestionMutation,
  CancelRunDocument,
  type ConversationPartsFragment,
  DeleteConversationDocument,
  ForkConversationDocument,
  type ForkConversationInput,
  type IngestionPartsFragment,
  RenameConversationDocument,
  type RenameConversationInput,
  type ResumeRunInput,
  RetrieveDocument,
  type RetrieveInput,
  type RetrieveQuery,
  type RunPartsFragment,
  type TypedDocumentString,
  ViewerDocument,
  type ViewerQuery,
} from './generated/graphql.ts'
import { type IngestInput, type IngestReport, ingest } from './ingest.ts'
import { ingestionProgress } from './ingestion-progress.ts'
import { defaultRetryPolicy, type RetryPolicy } from './retry.ts'
import { type Endpoint, request } from './transport.ts'

export interface CallOptions {
  /** Ends the call, its connection included; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** What survives failures takes the policy for them. */
export interface DurableOptions extends CallOptions, Partial<RetryPolicy> {}

export interface IngestOptions extends DurableOptions {
  readonly limits?: Partial<BatchLimits>
  /** Requests at a time. With more than one, documents of the same id are taken in any order. @default 1 */
  readonly concurrency?: number
  /** Called after each request, with the results of its documents. */
  readonly onBatch?: (batch: IngestReport) => void
}

export interface GroundwireClient {
  /** Who the calls are made as. */
  viewer(options?: CallOptions): Promise<ViewerQuery['viewer']>
  /** Finds the passages that answer a query best, without an LLM. */
  retrieve(input: RetrieveInput, options?: CallOptions): Promise<RetrieveQuery['retrieve']>
  /** Answers a question and waits for the end. */
  ask(input: AskQuestionInput, options?: CallOptions): Promise<AskQuestionMutation['askQuestion']>
  /** Answers a question and streams the run: every event once, in order, whatever happens to connections. */
  chat(input: AskQuestionInput, options?: DurableOptions): AsyncIterableIterator<ChatEvent>
  /** Follows a run that was started before, after the last seq seen. */
  resume(input: ResumeRunInput, options?: DurableOptions): AsyncIterableIterator<ChatEvent>
  cancelRun(runId: string, options?: CallOptions): Promise<RunPartsFragment>
  /** The conversations of the workspace, newest first. */
  conversations(page?: ConversationPage, options?: CallOptions): Promise<ConversationList>
  /** One of them with its last runs, 20 where the page does not say; null where there is none. */
  conversation(id: string, page?: RunPage, options?: CallOptions): Promise<Conversation | null>
  renameConversation(
    input: RenameConversationInput,
    options?: CallOptions,
  ): Promise<ConversationPartsFragment>
  /** A new conversation with copies of another one's runs up to one of them. */
  forkConversation(input: ForkConversationInput, options?: CallOptions): Promise<ConversationPartsFragment>
  deleteConversation(conversationId: string, options?: CallOptions): Promise<void>
  /** Sends documents; their ingestion goes on after it has returned. */
  ingest(input: IngestInput, options?: IngestOptions): Promise<IngestReport>
  /** An ingestion now and after each change, until it has ended. */
  watchIngestion(id: string, options?: DurableOptions): AsyncIterableIterator<IngestionPartsFragment>
  failedDocuments(ingestionId: string, options?: CallOptions): Promise<FailedDocument[]>
  /** Any other operation: generate its document with the project's codegen.ts, or your own. */
  request<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    options?: CallOptions,
  ): Promise<Result>
}

export function createClient(endpoint: Endpoint): GroundwireClient {
  const never = new AbortController().signal
  const call: GroundwireClient['request'] = (document, variables, options) =>
    request(endpoint, document, variables, options?.signal ?? never)
  return {
    request: call,
    viewer: async (options) => (await call(ViewerDocument, {}, options)).viewer,
    retrieve: async (input, options) => (await call(RetrieveDocument, { input }, options)).retrieve,
    ask: async (input, options) => (await call(AskQuestionDocument, { input }, options)).askQuestion,
    cancelRun: async (runId, options) =>
      (await call(CancelRunDocument, { input: { runId } }, options)).cancelRun,
    conversations: (page = {}, options) => conversations(endpoint, page, options?.signal ?? never),
    conversation: (id, page = {}, options) => conversation(endpoint, id, page, options?.signal ?? never),
    renameConversation: async (input, options) =>
      (await call(RenameConversationDocument, { input }, options)).renameConversation,
    forkConversation: async (input, options) =>
      (await call(ForkConversationDocument, { input }, options)).forkConversation,
    deleteConversation: async (conversationId, options) => {
      await call(DeleteConversationDocument, { input: { conversationId } }, options)
    },
    chat: (ask, options) =>
      closable((signal) => chatEvents(endpoint, { ask }, policyOf(options), signal), options?.signal),
    resume: (resume, options) =>
      closable((signal) => chatEvents(endpoint, { resume }, policyOf(options), signal), options?.signal),
    ingest: (input, options = {}) => {
      const { signal = never, limits, concurrency = 1, onBatch = () => {} } = options
      const all = {
        limits: { ...defaultBatchLimits, ...limits },
        policy: policyOf(options),
        concurrency,
        onBatch,
      }
      return ingest(endpoint, input, all, signal)
    },
    watchIngestion: (id, options) =>
      closable((signal) => ingestionProgress(endpoint, id, policyOf(options), signal), options?.signal),
    failedDocuments: (id, options) => failedDocuments(endpoint, id, options?.signal ?? never),
  }
}

function policyOf(options: Partial<RetryPolicy> = {}): RetryPolicy {
  return { ...defaultRetryPolicy, ...options }
}
