// Files that are dropped or chosen are uploaded, and followed until they can be searched.

import { $, element, number, plural } from './dom.js'
import { call, subscribe } from './graphql.js'

/** Files in one call, and failures that are read of it; bytes of them, but for one that is larger. */
const batchSize = 50
const batchBytes = 32 * 2 ** 20
/** What the server takes of one. */
const fileBytes = 64 * 2 ** 20
const ingestDocuments = `mutation Ingest($input: IngestDocumentsInput!) { ingestDocuments(input: $input) {
  ingestion { id total } results { index failure { message } }
} }`
const ingestionProgress = `subscription Progress($id: ID!) { ingestionProgress(ingestionId: $id) {
  status ready failed cancelled
  documents(first: ${batchSize}, status: [FAILED]) { edges { node { externalId failure { message } } } }
} }`

/** Shows how it goes; resolves, whatever happened, when it has ended. */
export async function ingest(files, collection) {
  let problems = 0
  const problem = (name, why) => {
    problems++
    $('problems').append(element('li', {}, `${name}: ${why}`))
  }
  let done = 0
  const show = (text) => {
    Object.assign($('progress'), { value: done, max: files.length })
    $('progress-text').textContent = text
  }
  const ended = () => show(`${number.format(done)} of ${plural(files.length, 'document')}`)
  $('problems').replaceChildren()
  $('ingesting').hidden = false
  show('Looking at the files…')
  try {
    const good = []
    for (const file of files) {
      const why = await whyNot(file)
      if (!why) good.push(file)
      else problem(file.name, why)
    }
    done = problems
    for (const batch of batches(good)) {
      show(`Sending ${batch.length === 1 ? batch[0].name : plural(batch.length, 'file')}…`)
      const before = done
      const { ingestion, results } = await send(batch, collection)
      for (const { index, failure } of results) if (failure) problem(batch[index].name, failure.message)
      // What was not queued was rejected, or was there before.
      const settled = before + batch.length - (ingestion?.total ?? 0)
      done = settled
      if (!ingestion) continue
      let state
      for await (state of statesOf(ingestion)) {
        done = settled + state.ready + state.failed + state.cancelled
        ended()
      }
      for (const { node } of state.documents.edges) problem(node.externalId, node.failure?.message)
    }
    show(`${plural(files.length - problems, 'document')} ready in ${collection}. Ask away.`)
  } catch (error) {
    show(error.message)
  }
}

/** Why it cannot be sent: a folder that was dropped, for one, looks like a file until it is read. */
async function whyNot(file) {
  if (file.size > fileBytes) return `it is larger than ${fileBytes / 2 ** 20} MiB`
  return file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => '',
      () => 'it cannot be read; a folder has to be opened first',
    )
}

function* batches(files) {
  let batch = []
  let bytes = 0
  for (const file of files) {
    if (batch.length === batchSize || (batch.length > 0 && bytes + file.size > batchBytes)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(file)
    bytes += file.size
  }
  if (batch.length > 0) yield batch
}

async function send(files, collection) {
  const documents = files.map(({ name }) => ({ externalId: name, source: { file: null } }))
  const uploads = files.map((file, i) => [`variables.input.documents.${i}.source.file`, file])
  return (await call(ingestDocuments, { input: { collection, documents } }, uploads)).ingestDocuments
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
