const text =
  'The run does not depend on the connection [1]. After a disconnect, resume with the last seq seen and the stream goes on from there, gap-free and without duplicates [2].'

function passage(ordinal: number, text: string, headings: string[]) {
  return {
    __typename: 'Chunk',
    id: `chunk-${ordinal}`,
    ordinal,
    documentVersion: 1,
    text,
    start: ordinal * 100,
    end: ordinal * 100 + text.length,
    headings,
    document: {
      __typename: 'Document',
      id: 'document-1',
      externalId: 'docs/ARCHITECTURE.md',
      title: 'Architecture',
      mimeType: 'text/markdown',
    },
  }
}

const passages = [
  passage(
    1,
    'The subscriber is not the run. A run whose followers have all gone goes on for a grace period.',
    ['Architecture', 'The life of a run'],
  ),
  // An escape sequence in a document must not reach the terminal.
  passage(2, 'Resume is a read\u001b[31m from afterSeq.\nLocal followers get events from memory.', [
    'Streams',
  ]),
]

const citations = passages.map((chunk, index) => ({
  marker: index + 1,
  chunk,
  quote: chunk.text.split(/[.\n]/)[0],
  start: chunk.start,
  end: chunk.start + 30,
  verified: index === 0,
}))

export const run = {
  id: 'run-1',
  conversation: { id: 'conversation-1' },
  question: 'How does a stream survive a disconnect?',
  status: 'COMPLETED',
  retrieval: {
    mode: 'LEXICAL',
    underfilled: false,
    hits: passages.map((chunk, index) => ({ rank: index + 1, score: 0.91 - index / 10, scores: {}, chunk })),
  },
  answer: {
    text,
    citations,
    grounded: true,
    finishReason: 'STOP',
    model: 'extractive',
    usage: { promptTokens: 120, completionTokens: 34 },
  },
  createdAt: '2026-11-20T00:00:00.000Z',
}

const failure = { code: 'UPSTREAM_UNAVAILABLE', message: 'The model does not answer.', retryable: true }

/** A run that is reset once; one that fails where the question says FAIL. */
export function events(question: string): object[] {
  const pieces = text.match(/.{1,7}/gs) ?? []
  const delta = (piece: string) => ({ __typename: 'AnswerDelta', text: piece })
  const end = question.includes('FAIL')
    ? [{ __typename: 'RunFailed', failure, run: { ...run, status: 'FAILED', answer: null, failure } }]
    : [...pieces.map(delta), { __typename: 'RunCompleted', run }]
  const all = [
    { __typename: 'RunStarted', conversationId: 'conversation-1' },
    { __typename: 'SourcesRetrieved', retrieval: run.retrieval },
    delta('A first attempt'),
    { __typename: 'AnswerReset', reason: 'a claim without support' },
    ...end,
  ]
  return all.map((event, index) => ({ ...event, seq: index + 1, runId: run.id }))
}
