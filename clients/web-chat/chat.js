// The page: what its buttons, fields and keys do.

import { choose, refresh, showAdd } from './collections.js'
import { ask, isBusy, open, openEarlier, renameTo, startAfresh, stopAnswer } from './conversation.js'
import { $ } from './dom.js'
import { showHistory, showMore } from './history.js'
import { ingest } from './ingest.js'
import { askForKey } from './key.js'

const idOf = (hash) => decodeURIComponent(hash.slice(1))
const onError = (error) => {
  $('hint').textContent = error.message
  $('welcome').hidden = false
}

async function add(files) {
  if (files.length === 0 || !$('add').reportValidity()) return
  await ingest(files, $('into').value)
  await refresh($('into').value)
}

async function openNamed() {
  if (location.hash === '') return
  try {
    choose(await open(idOf(location.hash)))
  } catch (error) {
    startAfresh()
    onError(error)
  }
}

$('composer').addEventListener('submit', (event) => {
  event.preventDefault()
  const question = $('question').value.trim()
  if (isBusy() || question === '') return
  $('question').value = ''
  showAdd(false)
  ask(question)
})
$('question').addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
  event.preventDefault()
  $('composer').requestSubmit()
})
$('stop').addEventListener('click', () => {
  $('question').focus()
  stopAnswer()
})
$('fresh').addEventListener('click', startAfresh)
$('earlier').addEventListener('click', () => openEarlier().catch(onError))

$('titled').addEventListener('submit', (event) => {
  event.preventDefault()
  $('question').focus()
})
$('title').addEventListener('change', ({ target }) => {
  const title = target.value.trim()
  if (title === '') target.value = target.defaultValue
  else renameTo(title).catch(onError)
})
const chosen = {
  opened: (id) => {
    location.hash = id
  },
  deleted: (id) => {
    if (idOf(location.hash) === id) startAfresh()
  },
}
$('conversations').addEventListener('click', () => showHistory(chosen).catch(onError))
$('older').addEventListener('click', () => showMore(chosen).catch(onError))
$('close-history').addEventListener('click', () => $('history').close())
window.addEventListener('hashchange', openNamed)

$('collection').addEventListener('change', ({ target }) => choose(target.value))
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

refresh().then(openNamed).catch(onError)
