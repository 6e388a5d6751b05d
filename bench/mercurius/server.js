/**
 * What a careful person would write by hand for one retrieval, without a platform around it: Fastify, mercurius with its
 * JIT on from the first request, one resolver, one prepared statement over pg's pool. No keys, metrics or traces, and the
 * query's vector lies ready. It is sent its work by its parent (bench/support/mercurius.ts) and prints its address.
 */
import { once } from 'node:events'
import Fastify from 'fastify'
import mercurius from 'mercurius'
import pg from 'pg'

const [{ databaseUrl, options, statement, vectors }] = await once(process, 'message')

const schema = `
  enum RetrievalMode { LEXICAL VECTOR HYBRID }
  input RetrieveInput {
    query: String!
    collection: String! = "default"
    topK: Int! = 5
    mode: RetrievalMode! = HYBRID
    minScore: Float
  }
  type Document { id: ID! externalId: String title: String! mimeType: String! }
  type Chunk {
    id: ID!
    ordinal: Int!
    documentVersion: Int!
    text: String!
    start: Int!
    end: Int!
    page: Int
    headings: [String!]!
    document: Document!
  }
  type HitScores { lexical: Float vector: Float rerank: Float }
  type Hit { rank: Int! score: Float! scores: HitScores! chunk: Chunk! }
  type Retrieval { mode: RetrievalMode! hits: [Hit!]! underfilled: Boolean! }
  type Query { retrieve(input: RetrieveInput!): Retrieval! }
`

const parameters = Object.fromEntries(
  Object.entries(vectors).map(([query, base64]) => [query, Buffer.from(base64, 'base64')]),
)
const pool = new pg.Pool({ connectionString: databaseUrl, options, max: 10 })
const globalId = (type, id) => Buffer.from(`${type}:${id}`).toString('base64url')

const resolvers = {
  Query: {
    async retrieve(_root, { input }) {
      const values = statement.values.map((value, index) =>
        index === statement.vectorIndex ? parameters[input.query] : value,
      )
      const { rows } = await pool.query({ name: 'retrieve', text: statement.text, values })
      const hits = rows.map(({ score, ...chunk }, index) => ({
        rank: index + 1,
        score: Math.min(1, Math.max(0, score)),
        scores: { lexical: null, vector: score, rerank: null },
        chunk,
      }))
      return { mode: input.mode, hits, underfilled: rows.length < input.topK }
    },
  },
  Chunk: {
    id: ({ id }) => globalId('Chunk', id),
    document: (chunk) => chunk.document,
  },
  Document: { id: ({ id }) => globalId('Document', id) },
}

const app = Fastify()
app.register(mercurius, { schema, resolvers, jit: 1 })
const address = await app.listen({ port: 0, host: '127.0.0.1' })
process.stdout.write(`${address}/graphql\n`)
process.on('disconnect', () => process.exit())
