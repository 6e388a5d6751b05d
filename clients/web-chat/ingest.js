// Documents that are dropped or chosen go in as text, and are followed until they can be searched.

import { $, element, number, plural } from './dom.js'
import { call, subscribe } from './graphql.js'

/** Documents in one call, and failures that are read of it. */
const batchSize = 50
const ingestDocuments = `mutation Ingest($input: IngestDocumentsInput!) { ingestDocuments(input: $input) {
  ingestion { id total } results { index failure { message } }
} }`
const ingestionProgress = `subscription Progress($id: ID!) { ingestionProgress(ingestionId: $id) {
  status ready failed cancelled
  documents(first: ${batchSize}, status: [FAILED]) { edges { node { title failure { message } } } }
} }`

/** Shows how it goes; resolves, whatever happened, when it has ended. */
export async function ingest(all, collection) {
  const files = all.filter(({ name }) => /\.(md|markdown|txt)$/i.test(name))
  let problems = 0
  const problem = (name, why) => {
    problems++
    $('problems').append(element('li', {}, `${name}: ${why}`))
  }
  const show = (done, text = `${number.format(done)} of ${plural(files.length, 'document')}`) => {
    Object.assign($('progress'), { value: done, max: files.length || 1 })
    $('progress-text').textContent = text
  }
  $('problems').replaceChildren()
  $('ingesting').hidden = false
  for (const file of all)
    if (!files.includes(file)) problem(file.name, 'only .md and .txt files are taken here')
  const others = problems
  let at = 0
  try {
    for (; at < files.length; at += batchSize) {
      show(at)
      const documents = await Promise.all(files.slice(at, at + batchSize).map(documentOf))
      const payload = await call(ingestDocuments, { input: { collection, documents } })
      const { ingestion, results } = payload.ingestDocuments
      for (const { index, failure } of results) if (failure) problem(files[at + index].name, failure.message)
      if (!ingestion) continue
      // What was not queued was rejected, or was there before.
      const settled = at + documents.length - ingestion.total
      let state
      for await (state of statesOf(ingestion)) show(settled + state.ready + state.failed + state.cancelled)
      for (const { node } of state.documents.edges) problem(node.title, node.failure?.message)
    }
    show(at, `${plural(files.length + others - problems, 'document')} ready in ${collection}. Ask away.`)
  } catch (error) {
    show(at, error.message)
  }
}

async function documentOf(file) {
  const mimeType = /\.txt$/i.test(file.name) ? 'text/plain' : 'text/markdown'
  return { externalId: file.name, mimeType, source: { text: await file.text() } }
}

async function* statesOf({ id }) {
  const isLast = ({ ingestionProgress: { status } }) => status !== 'QUEUED' && status !== 'RUNNING'
  const onLost = () => {
    $('progress-text').textContent = 'The connection was lost. Going on…'
  }
  const never = new AbortController().signal
  const results = subscribe(ingestionProgress, () => ({ id }), isLast, never, onLost)
  for await (const result of results) yield result.ingestionProgress
}
