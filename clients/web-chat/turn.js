// One question, and what each event of its run does to the page.

import { addQuote, addSource, passage, showAnswer, verdictOn } from './answer.js'
import { $, plural } from './dom.js'

export const answerParts = `answer {
  text grounded finishReason model removedCitations removedLinks
  citations { marker quote start end verified chunk { ${passage} } }
}`
export const retrieval = `retrieval { hits { rank chunk { ${passage} } } }`
/** What `replay` needs of a run. */
export const runParts = `id question status failure { message } ${answerParts} ${retrieval}`
const stopped = 'Stopped before anything was written.'
/** The last event of a run, by its status. */
const ends = { COMPLETED: 'RunCompleted', FAILED: 'RunFailed', CANCELLED: 'RunCancelled' }
export const last = new Set(Object.values(ends))

/** What each event does to the turn. */
const on = {
  RunStarted(turn, { conversationId }) {
    turn.onStart(conversationId)
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
    // It stays, for the text that was read a moment ago is gone.
    turn.note.textContent = `Withdrawn: ${reason}`
    turn.note.hidden = false
    say(turn, 'Writing again…')
    showAnswer(turn, '')
  },
  RunCompleted(turn, { run: { answer } }) {
    showResult(turn, answer)
  },
  RunFailed(turn, { failure }) {
    fail(turn, failure.message)
  },
  RunCancelled(turn, { run: { answer } }) {
    if (!answer?.text) return fail(turn, stopped)
    showResult(turn, answer)
    turn.retry.textContent = 'Ask again'
    turn.retry.hidden = false
  },
}

/** The answer as it was stored, with its quotes; what was found beside them is folded. */
function showResult(turn, answer) {
  showAnswer(turn, answer.text)
  for (const citation of answer.citations) addQuote(turn, citation)
  const others = turn.list.querySelectorAll('li:not(.cited)')
  turn.others.querySelector('ol').append(...others)
  turn.others.querySelector('summary').textContent = `${plural(others.length, 'passage')} found and not cited`
  turn.others.hidden = others.length === 0
  turn.sourcesTitle.textContent = turn.list.hasChildNodes() ? 'Sources' : 'No source'
  conclude(turn, ...verdictOn(answer))
}

export function createTurn(id, question, onStart) {
  const root = $('turn').content.cloneNode(true).firstElementChild
  const [title, answer, note, status, verdict, retry, branch, sourcesPart, sourcesTitle, list, others] = [
    ...[
      'h2',
      '.answer',
      '.note',
      '.status',
      '.verdict',
      '.retry',
      '.branch',
      '.sources',
      'h3',
      'ol',
      '.others',
    ],
  ].map((part) => root.querySelector(part))
  title.textContent = question
  const parts = {
    root,
    answer,
    note,
    status,
    verdict,
    retry,
    branch,
    sourcesPart,
    sourcesTitle,
    list,
    others,
  }
  const state = { sources: new Map(), text: '', seq: 0, stopping: false, waiting: false, ended: false }
  return { id, question, onStart, ...parts, ...state }
}

/** Shows a run as it was stored. @returns false where it has not ended: then it can be followed from its start */
export function replay(turn, run) {
  turn.runId = run.id
  const __typename = ends[run.status]
  if (!__typename) return false
  if (run.retrieval) on.SourcesRetrieved(turn, run)
  show(turn, { __typename, run, failure: run.failure })
  return true
}

export function show(turn, event) {
  turn.ended = last.has(event.__typename)
  on[event.__typename]?.(turn, event)
}

/** Empties it for another run. */
export function reset(turn) {
  showAnswer(turn, '')
  for (const source of turn.root.querySelectorAll('li')) source.remove()
  turn.sources.clear()
  turn.sourcesPart.hidden = turn.others.hidden = turn.note.hidden = true
  Object.assign(turn, { runId: undefined, ended: false, seq: 0 })
}

export function say(turn, status) {
  turn.status.textContent = status
}

function conclude(turn, kind, sentence) {
  say(turn, '')
  turn.verdict.className = `verdict ${kind}`
  turn.verdict.textContent = sentence
  turn.verdict.hidden = false
  turn.branch.hidden = !turn.ended
}

/** It can be asked again, or where its run has not ended gone on with. */
export function fail(turn, sentence) {
  conclude(turn, 'failed', sentence)
  turn.retry.textContent = turn.runId && !turn.ended ? 'Go on' : 'Ask again'
  turn.retry.hidden = false
}
