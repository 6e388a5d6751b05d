import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { recombine } from './support/recombined-passages.ts'

test('documents are the same each time and differ from each other, and most know names that the source has not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'groundwire-test-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const lines = Array.from({ length: 20 }, (_, number) =>
    JSON.stringify({
      _id: number,
      title: `T${number}`,
      text: `It was in Rome ${number} times. We saw it then.`,
    }),
  )
  await writeFile(join(folder, 'corpus.jsonl'), lines.join('\n'))

  const make = recombine(folder, 1_000_000)
  const documents = Array.from({ length: 50 }, (_, number) => make(number))
  expect(make(3)).toEqual(documents[3])
  expect(new Set(documents.map(({ passages }) => passages.join('\n'))).size).toBe(50)
  const others = documents.filter(({ passages }) => /Rome\p{L}/u.test(passages.join(' ')))
  expect(others.length).toBeGreaterThan(25)
})
