/** The tabs that GraphiQL opens with: the way from a document to a streamed answer. */
export interface GraphiqlExample {
  readonly query: string
  readonly variables: string
}

const example = (query: string, variables: object): GraphiqlExample => ({
  query: query.trim(),
  variables: JSON.stringify(variables, null, 2),
})

export const graphiqlExamples: readonly GraphiqlExample[] = [
  // Without variables: GraphiQL opens its first tab with those of the last visit, so on the first one with none.
  example(
    `
# Documents go in: one result for each, and an ingestion to follow in the next tab.
mutation Ingest {
  ingestDocuments(
    input: {
      documents: [
        {
          externalId: "lighthouse"
          title: "The lighthouse"
          source: {
            text: "The lighthouse at Cape Wrath was built in 1828 by Robert Stevenson. It was automated in 1998."
          }
        }
      ]
    }
  ) {
    ingestion { id status total }
    results {
      index
      outcome
      document { id title status }
      failure { code message }
    }
  }
}`,
    {},
  ),
  example(
    `
# Put the ingestion's id into the variables. Streams the counts until it has ended.
subscription IngestionProgress($id: ID!) {
  ingestionProgress(ingestionId: $id) {
    status total queued running ready failed cancelled
  }
}`,
    { id: '' },
  ),
  example(
    `
# The passages that answer best, without any LLM.
query Retrieve($input: RetrieveInput!) {
  retrieve(input: $input) {
    mode
    underfilled
    hits {
      rank
      score
      scores { lexical vector rerank }
      chunk { text headings document { title externalId } }
    }
  }
}`,
    { input: { query: 'Who built the lighthouse?', topK: 5 } },
  ),
  example(
    `
# An answer whose every claim cites a passage; waits for the end.
mutation Ask($input: AskQuestionInput!) {
  askQuestion(input: $input) {
    id
    status
    answer {
      text
      grounded
      model
      citations { marker quote verified chunk { document { title } } }
    }
    failure { code message retryable }
  }
}`,
    { input: { question: 'Who built the lighthouse at Cape Wrath?' } },
  ),
  example(
    `
# The same, as it is written. After a disconnect: { "resume": { "runId": "…", "afterSeq": 7 } }.
subscription ChatStream($input: ChatStreamInput!) {
  chatStream(input: $input) {
    __typename
    seq
    runId
    ... on SourcesRetrieved { retrieval { hits { rank chunk { text } } } }
    ... on AnswerDelta { text }
    ... on AnswerReset { reason }
    ... on RunCompleted { run { answer { text grounded citations { marker quote } } } }
    ... on RunFailed { failure { code message } }
  }
}`,
    { input: { ask: { question: 'When was the lighthouse automated?' } } },
  ),
]
