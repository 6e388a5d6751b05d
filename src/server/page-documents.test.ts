import { readFile } from 'node:fs/promises'
import { buildSchema, parse, validate } from 'graphql'
import { expect, test } from 'vitest'
import { graphiqlExamples } from './graphiql-examples.ts'
import { readPages } from './pages.ts'

/** A string or a template that is a GraphQL document. */
const documents = /`((?:query|mutation|subscription) [^`]+)`|'((?:query|mutation|subscription) [^']+)'/g

const readSchema = async () =>
  buildSchema(await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8'))

test('the examples of GraphiQL are valid, and in the contract', async () => {
  const schema = await readSchema()
  for (const { query } of graphiqlExamples) expect(validate(schema, parse(query))).toEqual([])
})

test('every operation that the web chat sends is valid, and in the contract', async () => {
  const schema = await readSchema()
  const chat = (name: string) => import(new URL(`../../clients/web-chat/${name}`, import.meta.url).href)
  const parts: Record<string, unknown> = { ...(await chat('answer.js')), ...(await chat('turn.js')) }
  const operations: string[] = []
  for (const [path, { body }] of Object.entries(await readPages())) {
    for (const [, template, string] of body.toString().matchAll(documents)) {
      // What is put in is a part of a document that is exported, or a number.
      const source = (template ?? string ?? '').replace(/\$\{(\w+)\}/g, (_, name) =>
        String(parts[name] ?? 20),
      )
      expect([path, validate(schema, parse(source)).map(({ message }) => message)]).toEqual([path, []])
      operations.push(/\w+ (\w+)/.exec(source)?.[1] ?? '')
    }
  }
  expect(operations.toSorted()).toEqual([
    'Chat',
    'Collections',
    'Conversation',
    'Conversations',
    'Delete',
    'Fork',
    'Ingest',
    'Progress',
    'Rename',
    'Stop',
    'Title',
  ])
})
