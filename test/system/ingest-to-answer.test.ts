import { afterAll, beforeAll, expect, test } from 'vitest'
import { answerText } from '../../clients/typescript/answer-text.ts'
import { bootApp, type TestApp } from '../testkit/app/boot-app.ts'
import { chatStream, ingestionProgress } from '../testkit/app/operations.ts'
import { type Data, type Transport, transports } from '../testkit/app/session.ts'

let app: TestApp
beforeAll(async () => {
  app = await bootApp()
})
afterAll(() => app[Symbol.asyncDispose]())

const guide = `# The lighthouse

## Keeping the lamp

The keeper lights the lamp at dusk and puts it out at dawn. Café 😀 stands beside it.

## Oil

The lamp burns four litres of whale oil each night.
`

const documentText = '{ document { id text } }'

test.each(transports)(
  'documents go in, passages come out, and a cited answer streams over %s',
  async (transport) => {
    const collection = `main-${transport}`
    const { results, ingestions } = await app.client.ingest({
      collection,
      documents: [
        { externalId: 'guide.md', source: { text: guide }, metadata: { author: { team: 'coast' } } },
        { source: { text: 'Whales are mammals. They breathe air and live in every ocean.' } },
      ],
    })
    expect(results.map(({ outcome }) => outcome)).toEqual(['CREATED', 'CREATED'])
    const states = await progressOf(transport, ingestions[0]?.id ?? '')
    expect(states.at(-1)).toMatchObject({ status: 'SUCCEEDED', total: 2, ready: 2, queued: 0, running: 0 })
    for (const state of states) {
      expect(state.queued + state.running + state.ready + state.failed + state.cancelled).toBe(state.total)
    }

    const found = await app.client.retrieve({ collection, query: 'when is the lamp lit', topK: 2 })
    expect(found.mode).toBe('LEXICAL')
    expect(found.hits[0]?.chunk.document.externalId).toBe('guide.md')
    expect(found.hits.map(({ rank }) => rank)).toEqual(found.hits.map((_, index) => index + 1))

    const run = await app.client.ask({ collection, question: 'When does the keeper light the lamp?' })
    expect(run).toMatchObject({ status: 'COMPLETED', answer: { model: 'extractive', grounded: true } })
    expect(run.answer?.text).toContain('The keeper lights the lamp at dusk')
    await expectCitations(run.id)

    const events: Data[] = []
    const input = { ask: { collection, question: 'How much oil does the lamp burn?' } }
    for await (const { data, errors } of app.subscribe(transport, chatStream, { input })) {
      expect(errors).toBeUndefined()
      events.push(data.chatStream)
    }
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
    expect(events[0].__typename).toBe('RunStarted')
    expect(events.some(({ __typename }) => __typename === 'SourcesRetrieved')).toBe(true)
    const last = events.at(-1)
    expect(last).toMatchObject({ __typename: 'RunCompleted', run: { status: 'COMPLETED' } })
    expect(events.slice(0, -1).reduce(answerText, '')).toBe(last.run.answer.text)
    expect(last.run.answer.text).toContain('four litres')
    await expectCitations(last.run.id)
  },
)

async function progressOf(transport: Transport, ingestionId: string): Promise<Data[]> {
  const states = await Array.fromAsync(app.subscribe(transport, ingestionProgress, { ingestionId }))
  return states.map(({ data }) => data.ingestionProgress)
}

/** Each quote stands where it says it does in the document's extracted text. */
async function expectCitations(runId: string): Promise<void> {
  const { node } = await app.query(
    `query ($runId: ID!) { node(id: $runId) { ... on Run { answer { text citations {
       marker quote start end verified chunk ${documentText} } } } } }`,
    { runId },
  )
  expect(node.answer.citations.length).toBeGreaterThan(0)
  for (const { marker, quote, start, end, verified, chunk } of node.answer.citations) {
    expect(node.answer.text).toContain(`[${marker}]`)
    expect(verified).toBe(true)
    expect(quote.length).toBeGreaterThan(0)
    expect(chunk.document.text.slice(start, end)).toBe(quote)
  }
}
