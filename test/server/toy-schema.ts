import { buildSchema, type GraphQLFieldResolver } from 'graphql'
import { BadUserInputError, NotFoundError, UnavailableError } from '../../src/errors.ts'
import type { UploadedFile } from '../../src/ingestion/uploaded-file.ts'
import { delay } from '../../src/lib/delay.ts'

export interface ToyContext {
  readonly caller: string
  readonly signal: AbortSignal
  readonly app: ToyApp
}

/** What a test can wait for: each event of a resolver, and gates that it opens itself. */
export interface ToyApp {
  readonly release: Promise<void>
  readonly mark: (event: string) => void
}

const typeDefs = /* GraphQL */ `
  type Query {
    hello(name: String! = "world"): String!
    whoami: String!
    missing: String
    badInput: String
    upstream: String
    fails: String
    failsTwice: [String]
    wrongNumber: Int
    aborts: String
    waits(as: String! = "waits"): String!
    self: Query!
    byId(id: ID!): String
  }
  type Mutation {
    touch: String!
    "Each with its text."
    upload(files: [File!]!): [String!]!
    "Each as JSON, unread."
    receive(files: [File!]!): [String!]!
    "Reads the first after the release."
    readLate(files: [File!]!): String!
  }
  type Subscription {
    count(to: Int!): Int!
    blocked: Int!
    refused: Int!
    breaks: Int!
    "As many numbers as the client reads."
    flood: String!
  }
  scalar File
`

type Resolver = GraphQLFieldResolver<unknown, ToyContext>

const shared = new Error('the database password is hunter2')

const resolvers: Record<string, Record<string, Resolver>> = {
  Query: {
    hello: (_, { name }) => `Hello ${name}`,
    whoami: (_, __, { caller }) => caller,
    missing: () => {
      throw new NotFoundError('No such thing', { details: { id: 'x1' } })
    },
    badInput: async () => {
      throw new BadUserInputError('input.topK', 'must be 1 to 100')
    },
    upstream: () => {
      throw new UnavailableError('The model does not answer')
    },
    fails: () => {
      throw new Error('the database password is hunter2')
    },
    failsTwice: () => [Promise.reject(shared), Promise.reject(shared)],
    wrongNumber: () => 'secret text',
    aborts: () => {
      throw new DOMException('gone', 'AbortError')
    },
    waits: async (_, { as }, { app, signal }) => {
      signal.addEventListener('abort', () => app.mark(`${as} aborted`))
      app.mark(`${as} started`)
      await app.release
      return 'done'
    },
    self: () => ({}),
  },
  Mutation: {
    touch: () => 'touched',
    upload: (_, { files }) =>
      Promise.all(
        files.map(async (file: UploadedFile) => `${file.name} ${file.mimeType} ${await file.read()}`),
      ),
    receive: (_, { files }) =>
      files.map(({ name, mimeType, size, sha256, tooLarge }: UploadedFile) =>
        JSON.stringify({ name, mimeType, size, sha256, tooLarge }),
      ),
    readLate: async (_, { files: [file] }, { app }) => {
      app.mark('received')
      await app.release
      try {
        return String(await file.read())
      } catch (error) {
        app.mark(`readLate failed: ${(error as Error).name}`)
        throw error
      }
    },
  },
}

const subscribers: Record<string, Resolver> = {
  async *count(_, { to }) {
    for (let count = 1; count <= to; count++) yield { count }
  },
  async *blocked(_, __, { app, signal }) {
    try {
      yield { blocked: 1 }
      app.mark('blocked waits')
      await delay(3_600_000, signal)
    } finally {
      app.mark(signal.aborted ? 'blocked ended after abort' : 'blocked ended without abort')
    }
  },
  refused: () => {
    throw new NotFoundError('No such run')
  },
  async *breaks() {
    yield { breaks: 1 }
    throw new Error('the database password is hunter2')
  },
  async *flood(_, __, { app }) {
    try {
      for (;;) yield { flood: 'x'.repeat(64 * 1024) }
    } finally {
      app.mark('flood ended')
    }
  },
}

export function createToySchema() {
  const schema = buildSchema(typeDefs)
  for (const [type, fields] of Object.entries(resolvers)) {
    for (const [name, resolve] of Object.entries(fields)) field(type, name).resolve = resolve
  }
  for (const [name, subscribe] of Object.entries(subscribers))
    field('Subscription', name).subscribe = subscribe
  return schema

  function field(type: string, name: string) {
    const found = (schema.getType(type) as import('graphql').GraphQLObjectType).getFields()[name]
    if (!found) throw new Error(`${type}.${name} is not in the toy schema`)
    return found
  }
}
