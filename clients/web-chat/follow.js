// A run, followed over as many connections as it takes.

import { call, subscribe } from './graphql.js'
import { answerParts, fail, last, reset, retrieval, say, show } from './turn.js'

const chatStream = `subscription Chat($input: ChatStreamInput!) { chatStream(input: $input) {
  __typename seq runId
  ... on RunStarted { conversationId }
  ... on SourcesRetrieved { ${retrieval} }
  ... on AnswerDelta { text }
  ... on AnswerReset { reason }
  ... on RunCompleted { run { ${answerParts} } }
  ... on RunFailed { failure { message } }
  ... on RunCancelled { run { ${answerParts} } }
} }`
const cancelRun = 'mutation Stop($runId: ID!) { cancelRun(input: { runId: $runId }) { status } }'
const left = 'Stopped. The server could not be told, and ends it by itself.'

/** Asks; or goes on with the run, where one has begun and not ended, after the last event that was seen. */
export async function follow(turn, input) {
  if (!turn.runId || turn.ended) restart(turn, input)
  say(turn, turn.runId ? 'Going on…' : 'Searching…')
  turn.retry.hidden = turn.branch.hidden = turn.verdict.hidden = true
  turn.answer.ariaBusy = 'true'
  turn.stopping = false
  turn.controller = new AbortController()
  const next = () => {
    turn.waiting = false
    return { input: turn.runId ? { resume: { runId: turn.runId, afterSeq: turn.seq } } : { ask: turn.ask } }
  }
  const isLast = ({ chatStream: event }) => last.has(event.__typename)
  const onLost = ({ retryAfter }, seconds) => {
    turn.waiting = true
    const busy = `The server has no room for it now. Asking again in ${Math.ceil(seconds)} s…`
    say(turn, retryAfter ? busy : 'The connection was lost. Going on as soon as it is back…')
  }
  try {
    const results = subscribe(chatStream, next, isLast, turn.controller.signal, onLost)
    for await (const { chatStream: event } of results) {
      if (event.seq <= turn.seq) continue
      turn.seq = event.seq
      turn.runId = event.runId
      show(turn, event)
      // It had no id when it was to be stopped.
      if (turn.stopping && event.__typename === 'RunStarted') void stop(turn)
    }
  } catch (error) {
    fail(turn, !turn.stopping ? error.message : turn.runId ? left : 'Stopped before it began.')
  } finally {
    turn.answer.ariaBusy = 'false'
  }
}

/** The run ends with RunCancelled. One that has no id yet is cancelled as soon as it has one. */
export async function stop(turn) {
  turn.stopping = true
  say(turn, 'Stopping…')
  // Where the server cannot be reached, leaving ends the run too, after a while.
  if (turn.runId) await call(cancelRun, { runId: turn.runId }).catch(() => turn.controller.abort())
  else if (turn.waiting) turn.controller.abort()
}

/** Follows no more. The run goes on for a while, and can be come back to. */
export function leave(turn) {
  turn.controller?.abort()
}

function restart(turn, input) {
  reset(turn)
  // Repeated with the same id after a lost connection, it is the same run, never a second one.
  turn.ask = { question: turn.question, requestId: newRequestId(), onConflict: 'INTERRUPT', ...input }
}

/** Browsers have crypto.randomUUID on https and localhost only. */
function newRequestId() {
  return crypto.randomUUID?.() ?? crypto.getRandomValues(new Uint32Array(4)).join('-')
}
