import { expect, test } from 'vitest'
import type { GroundwireClient } from '../../clients/typescript/client.ts'
import { awaitDocuments } from './await-documents.ts'

const document = (id: string, status: string) => ({
  __typename: 'Document',
  id,
  externalId: id,
  title: id,
  status,
  failure: null,
})

test('waits until each has ended, and leaves out what was deleted', async () => {
  const answers = [
    [document('a', 'QUEUED'), document('b', 'READY'), null],
    [document('a', 'EMBEDDING')],
    [document('a', 'FAILED')],
  ]
  const asked: unknown[] = []
  const client = {
    request: async (_document: unknown, { ids }: { ids: string[] }) => {
      asked.push(ids)
      return { nodes: answers.shift() ?? [] }
    },
  } as unknown as GroundwireClient
  const progress: number[] = []
  const ended = await awaitDocuments(
    client,
    ['a', 'b', 'gone'],
    (n) => progress.push(n),
    AbortSignal.timeout(10_000),
  )
  expect(ended.map(({ id, status }) => [id, status])).toEqual([
    ['b', 'READY'],
    ['a', 'FAILED'],
  ])
  expect(asked).toEqual([['a', 'b', 'gone'], ['a'], ['a']])
  expect(progress).toEqual([2, 2, 3])
})
