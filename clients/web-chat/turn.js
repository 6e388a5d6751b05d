// One question and what becomes of it: a run that is followed over as many connections as it takes.

import { addQuote, addSource, passage, showAnswer, verdictOn } from './answer.js'
import { $, plural } from './dom.js'
import { call, subscribe } from './graphql.js'

const chatStream = `subscription Chat($input: ChatStreamInput!) { chatStream(input: $input) {
  __typename seq runId
  ... on RunStarted { conversationId }
  ... on SourcesRetrieved { retrieval { hits { rank chunk { ${passage} } } } }
  ... on AnswerDelta { text }
  ... on AnswerReset { reason }
  ... on RunCompleted { run { answer {
    text grounded finishReason model citations { marker quote start end chunk { ${passage} } }
  } } }
  ... on RunFailed { failure { message } }
} }`
const cancelRun = 'mutation Stop($runId: ID!) { cancelRun(input: { runId: $runId }) { status } }'
const stopped = 'Stopped. What was written is not verified.'
const last = new Set(['RunCompleted', 'RunFailed', 'RunCancelled'])

/** What each event does to the turn. */
const on = {
  RunStarted(turn, { conversationId }) {
    turn.onStart(conversationId)
    if (turn.stopping) void stop(turn)
  },
  SourcesRetrieved(turn, { retrieval: { hits } }) {
    for (const { rank, chunk } of hits) addSource(turn, rank, chunk)
    turn.sourcesTitle.textContent = plural(hits.length, 'passage')
    turn.sourcesPart.hidden = hits.length === 0
    say(turn, `Reading ${plural(hits.length, 'passage')}…`)
  },
  AnswerDelta(turn, { text }) {
    say(turn, 'Writing…')
    showAnswer(turn, turn.text + text)
  },
  AnswerReset(turn, { reason }) {
    say(turn, reason)
    showAnswer(turn, '')
  },
  RunCompleted(turn, { run: { answer } }) {
    showAnswer(turn, answer.text)
    for (const citation of answer.citations) addQuote(turn, citation)
    const others = turn.list.querySelectorAll('li:not(.cited)')
    turn.others.querySelector('ol').append(...others)
    turn.others.querySelector('summary').textContent =
      `${plural(others.length, 'passage')} found and not cited`
    turn.others.hidden = others.length === 0
    turn.sourcesTitle.textContent = turn.list.hasChildNodes() ? 'Sources' : 'No source'
    conclude(turn, ...verdictOn(answer))
  },
  RunFailed(turn, { failure }) {
    turn.runId = undefined
    fail(turn, failure.message)
  },
  RunCancelled(turn) {
    turn.runId = undefined
    fail(turn, stopped)
  },
}

export function createTurn(id, question, onStart) {
  const root = $('turn').content.cloneNode(true).firstElementChild
  const [title, answer, status, verdict, retry, sourcesPart, sourcesTitle, list, others] = [
    ...['h2', '.answer', '.status', '.verdict', '.retry', '.sources', 'h3', 'ol', '.others'],
  ].map((part) => root.querySelector(part))
  title.textContent = question
  const parts = { root, answer, status, verdict, retry, sourcesPart, sourcesTitle, list, others }
  return { id, question, onStart, ...parts, sources: new Map(), text: '', seq: 0, stopping: false }
}

/** Asks; or goes on with the run, if there is one, after the last event that was seen. */
export async function follow(turn, input) {
  if (!turn.runId) restart(turn, input)
  say(turn, 'Searching…')
  turn.retry.hidden = turn.verdict.hidden = true
  turn.answer.ariaBusy = 'true'
  turn.stopping = false
  turn.controller = new AbortController()
  const next = () => ({
    input: turn.runId ? { resume: { runId: turn.runId, afterSeq: turn.seq } } : { ask: turn.ask },
  })
  const isLast = ({ chatStream: event }) => last.has(event.__typename)
  const onLost = () => say(turn, 'The connection was lost. Going on as soon as it is back…')
  try {
    const results = subscribe(chatStream, next, isLast, turn.controller.signal, onLost)
    for await (const { chatStream: event } of results) {
      if (event.seq <= turn.seq) continue
      turn.seq = event.seq
      turn.runId = event.runId
      on[event.__typename]?.(turn, event)
    }
  } catch (error) {
    fail(turn, turn.stopping ? stopped : error.message)
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
}

function restart(turn, input) {
  showAnswer(turn, '')
  for (const source of turn.root.querySelectorAll('li')) source.remove()
  turn.sources.clear()
  turn.sourcesPart.hidden = turn.others.hidden = true
  turn.seq = 0
  // Repeated with the same id after a lost connection, it is the same run, never a second one.
  turn.ask = { question: turn.question, requestId: newRequestId(), onConflict: 'INTERRUPT', ...input }
}

/** Browsers have crypto.randomUUID on https and localhost only. */
function newRequestId() {
  return crypto.randomUUID?.() ?? crypto.getRandomValues(new Uint32Array(4)).join('-')
}

function say(turn, status) {
  turn.status.textContent = status
}

function conclude(turn, kind, sentence) {
  say(turn, '')
  turn.verdict.className = `verdict ${kind}`
  turn.verdict.textContent = sentence
  turn.verdict.hidden = false
}

function fail(turn, sentence) {
  conclude(turn, 'failed', sentence)
  turn.retry.hidden = false
}
