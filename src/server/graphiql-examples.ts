/** The tabs that GraphiQL opens with: the way from a document to a streamed answer. */
export interface GraphiqlExample {
  readonly query: string
  readonly variables: string
}

const example = (query: string, variables: object): GraphiqlExample => ({
  query: query.trim(),
  variables: JSON.stringify(variables, null, 2),
})

// Inputs stand in the documents: GraphiQL underlines variables in red that leave out a field with a default (`Int! = 5`),
// and opens its first tab with the variables of the last visit, so on the first one with none.
export const graphiqlExamples: readonly GraphiqlExample[] = [
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
query Retrieve {
  retrieve(input: { query: "Who built the lighthouse?", topK: 5 }) {
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
    {},
  ),
  example(
    `
# An answer whose every claim cites a passage; waits for the end.
mutation Ask {
  askQuestion(input: { question: "Who built the lighthouse at Cape Wrath?" }) {
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
    {},
  ),
  example(
    `
# The same, as it is written; the page on the right shows the latest event.
# After a disconnect: input: { resume: { runId: "…", afterSeq: 7 } }.
# cancelRun(input: { runId: "…" }) stops it.
subscription ChatStream {
  chatStream(input: { ask: { question: "When was the lighthouse automated?" } }) {
    __typename
    seq
    runId
    ... on RunStarted { conversationId }
    ... on SourcesRetrieved { retrieval { hits { rank chunk { text } } } }
    ... on AnswerDelta { text }
    ... on AnswerReset { reason }
    ... on RunCompleted { run { answer { text grounded citations { marker quote } } } }
    ... on RunFailed { failure { code message } }
  }
}`,
    {},
  ),
  example(
    `
# Newest first. An id of these as conversationId makes a question a follow-up;
# renameConversation(input: { conversationId, title }) renames it, and
# forkConversation(input: { conversationId, upToRunId }) copies it up to a run.
query Conversations {
  conversations(first: 5) {
    edges {
      node {
        id
        title
        runs(last: 5) {
          edges { node { id question status answer { text } } }
        }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}`,
    {},
  ),
]
