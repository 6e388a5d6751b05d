// The page: what is asked, of which collection, in which conversation.

import { $, plural } from './dom.js'
import { askForKey, call, keyName } from './graphql.js'
import { ingest } from './ingest.js'
import { createTurn, follow, stop } from './turn.js'

const listCollections = `query Collections($after: String) { collections(first: 100, after: $after) {
  edges { node { name stats { documents } } } pageInfo { hasNextPage endCursor }
} }`
const choiceName = 'groundwire-collection'

/** The turn that is being answered; one at a time. */
let current
let conversationId
let turns = 0

function ask(question) {
  $('welcome').hidden = true
  showAdd(false)
  const turn = createTurn(`turn-${++turns}`, question, (id) => {
    if (turn.root.isConnected) conversationId = id
  })
  turn.retry.addEventListener('click', () => {
    if (current) return
    // The button goes away, and must not take the focus with it.
    $('question').focus({ preventScroll: true })
    void answer(turn)
  })
  $('turns').append(turn.root)
  $('fresh').hidden = false
  turn.root.scrollIntoView()
  void answer(turn)
}

async function answer(turn) {
  setCurrent(turn)
  await follow(turn, { collection: $('collection').value || 'default', conversationId })
  if (current === turn) setCurrent(undefined)
}

function setCurrent(turn) {
  current = turn
  $('ask').hidden = Boolean(turn)
  $('stop').hidden = !turn
}

function startAfresh() {
  if (current) void stop(current)
  setCurrent(undefined)
  conversationId = undefined
  $('turns').replaceChildren()
  $('welcome').hidden = false
  $('fresh').hidden = true
  $('question').focus()
}

/** Fills the choice of collections. Without documents, there is nothing to ask: it shows how to add them. */
async function refresh(choice = sessionStorage.getItem(choiceName)) {
  const collections = []
  for (let after = null; after !== undefined; ) {
    const { edges, pageInfo } = (await call(listCollections, { after })).collections
    collections.push(...edges.map(({ node }) => node))
    after = pageInfo.hasNextPage ? pageInfo.endCursor : undefined
  }
  const option = ({ name, stats }) => new Option(`${name} · ${plural(stats.documents, 'document')}`, name)
  $('collection').replaceChildren(...collections.map(option))
  $('names').replaceChildren(...collections.map(({ name }) => new Option(name)))
  if (collections.some(({ name }) => name === choice)) $('collection').value = choice
  $('collection').disabled = collections.length === 0
  $('into').value ||= $('collection').value || 'default'
  $('change-key').hidden = !sessionStorage.getItem(keyName)
  const empty = collections.every(({ stats }) => stats.documents === 0)
  $('hint').textContent = empty
    ? 'There are no documents yet. Add some, and the claims of every answer cite them word for word.'
    : 'The claims of every answer cite the passages that they stand on, word for word.'
  if (empty) showAdd(true)
}

function showAdd(shown) {
  $('add').hidden = !shown
  $('toggle-add').ariaExpanded = String(shown)
}

async function add(files) {
  if (files.length === 0 || !$('add').reportValidity()) return
  await ingest(files, $('into').value)
  await refresh($('into').value)
}

const onError = (error) => {
  $('hint').textContent = error.message
}

$('composer').addEventListener('submit', (event) => {
  event.preventDefault()
  const question = $('question').value.trim()
  if (current || question === '') return
  $('question').value = ''
  ask(question)
})
$('question').addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
  event.preventDefault()
  $('composer').requestSubmit()
})
$('stop').addEventListener('click', () => {
  $('question').focus()
  void stop(current)
})
$('fresh').addEventListener('click', startAfresh)
$('collection').addEventListener('change', ({ target }) => {
  sessionStorage.setItem(choiceName, target.value)
  $('into').value = target.value
})
$('change-key').addEventListener('click', async () => (await askForKey()) && refresh().catch(onError))
$('toggle-add').addEventListener('click', () => {
  showAdd($('add').hidden)
  $('add').scrollIntoView({ block: 'nearest' })
})
$('add').addEventListener('submit', (event) => event.preventDefault())
$('files').addEventListener('change', ({ target }) => {
  add([...target.files]).catch(onError)
  target.value = ''
})
document.addEventListener('dragover', (event) => {
  event.preventDefault()
  showAdd(true)
})
document.addEventListener('drop', (event) => {
  event.preventDefault()
  add([...event.dataTransfer.files]).catch(onError)
})
// Markers lead to their source, and sources back, without a trace in the history.
$('turns').addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="#"]')
  if (!link) return
  event.preventDefault()
  const target = $(link.hash.slice(1))
  const folded = target?.closest('details')
  if (folded) folded.open = true
  target?.focus()
})

refresh().catch(onError)
