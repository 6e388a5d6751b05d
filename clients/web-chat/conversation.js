// The conversation on the page: asked in, opened, renamed, branched.

import { $ } from './dom.js'
import { follow, leave, stop } from './follow.js'
import { call } from './graphql.js'
import { createTurn, fail, replay, runParts } from './turn.js'

/** Runs that are read at a time. */
const pageSize = 20
const read = `query Conversation($id: ID!, $before: String) { node(id: $id) { ... on Conversation {
  title
  runs(last: ${pageSize}, before: $before) {
    edges { node { ${runParts} retrieval { hits { chunk { document { collection { name } } } } } } }
    pageInfo { hasPreviousPage startCursor }
  }
} } }`
const readTitle = 'query Title($id: ID!) { node(id: $id) { ... on Conversation { title } } }'
const rename = `mutation Rename($input: RenameConversationInput!) { renameConversation(input: $input) { title } }`
const fork = `mutation Fork($input: ForkConversationInput!) { forkConversation(input: $input) { id } }`
const titleLength = 200

let id
/** The turn that is being answered; one at a time. */
let current
/** Where the runs before those on the page end; null where there are none. */
let earlier = null
let turns = 0

export function ask(question) {
  const turn = addTurn(question)
  $('turns').append(turn.root)
  showParts()
  turn.root.scrollIntoView()
  void answer(turn)
}

export function stopAnswer() {
  if (current) void stop(current)
}

/** Whether an answer is being written. */
export const isBusy = () => Boolean(current)

async function answer(turn) {
  setCurrent(turn)
  await follow(turn, { collection: $('collection').value || 'default', conversationId: id })
  if (current === turn) setCurrent(undefined)
}

function addTurn(question) {
  const turn = createTurn(`turn-${++turns}`, question, (conversationId) => {
    if (turn.root.isConnected && conversationId !== id) void enter(conversationId)
  })
  turn.retry.addEventListener('click', () => {
    if (current) return
    // The button goes away, and must not take the focus with it.
    $('question').focus({ preventScroll: true })
    void answer(turn)
  })
  turn.branch.addEventListener('click', () => void branch(turn))
  return turn
}

function setCurrent(turn) {
  current = turn
  $('ask').hidden = Boolean(turn)
  $('stop').hidden = !turn
}

/** A conversation that has just begun: the server gives it its title. */
async function enter(conversationId) {
  setId(conversationId)
  const { node } = await call(readTitle, { id }).catch(() => ({}))
  if (id === conversationId && node) showTitle(node.title)
}

/** The address names the conversation, so that the page can be loaded anew in the middle of an answer. */
function setId(conversationId) {
  id = conversationId
  history.replaceState(null, '', id ? `#${id}` : location.pathname)
}

function showTitle(title) {
  $('title').value = $('title').defaultValue = title
  $('titled').hidden = title === ''
  document.title = title ? `${title} · Groundwire` : 'Groundwire'
}

function showParts() {
  const empty = !$('turns').hasChildNodes()
  $('welcome').hidden = !empty
  $('fresh').hidden = empty
  $('earlier').hidden = earlier === null
}

/** An answer that is being written goes on without the page, for as long as the server lets it. */
export function startAfresh() {
  if (current) leave(current)
  setCurrent(undefined)
  setId(undefined)
  earlier = null
  $('turns').replaceChildren()
  showTitle('')
  showParts()
  $('question').focus()
}

/** @returns the name of the collection that it asked last, where that can be told */
export async function open(conversationId) {
  const { node } = await call(read, { id: conversationId })
  if (!node?.runs) throw new Error('This conversation is not there any more.')
  startAfresh()
  setId(conversationId)
  showTitle(node.title)
  addRuns(node.runs)
  $('turns').lastElementChild?.scrollIntoView()
  return node.runs.edges.at(-1)?.node.retrieval?.hits[0]?.chunk.document.collection.name
}

export async function openEarlier() {
  const { node } = await call(read, { id, before: earlier })
  if (node?.runs) addRuns(node.runs)
}

function addRuns({ edges, pageInfo }) {
  const before = $('turns').firstElementChild
  for (const { node: run } of edges) {
    const turn = addTurn(run.question)
    $('turns').insertBefore(turn.root, before)
    // One that has not ended is followed from its first event.
    if (!replay(turn, run)) void answer(turn)
  }
  earlier = pageInfo.hasPreviousPage ? pageInfo.startCursor : null
  showParts()
}

export async function renameTo(title) {
  const { renameConversation } = await call(rename, { input: { conversationId: id, title } })
  showTitle(renameConversation.title)
}

/** A conversation of its own, with everything up to this turn. */
async function branch(turn) {
  const title = `${$('title').value.slice(0, titleLength - 9)} (branch)`
  const input = { conversationId: id, upToRunId: turn.runId, title }
  try {
    await open((await call(fork, { input })).forkConversation.id)
  } catch (error) {
    fail(turn, error.message)
  }
}
