import { expect, test } from 'vitest'
import { createJournal } from './journal.ts'
import { LeaseLostError } from './lease.ts'
import type { ChatEvent } from './runs.ts'

const lease = { runId: 'run', workspaceId: 'w', token: 't', takeovers: 0, cancelRequested: false }
const past: ChatEvent[] = [{ seq: 1, runId: 'run', type: 'RunStarted', conversationId: 'c' }]
const hooks = { dirty: () => {}, committed: () => {}, failed: () => {} }
const delta = (text: string) => ({ type: 'AnswerDelta' as const, text })

test('deltas merge until they are taken, and are seen when they are stored', async () => {
  const journal = createJournal(lease, past, hooks)
  journal.append(delta('a'))
  journal.append(delta('b'))
  expect(journal.take()).toEqual([{ seq: 2, runId: 'run', ...delta('ab') }])
  journal.append(delta('c'))
  expect(journal.committedAfter(1, 10)).toEqual([])
  const flushed = journal.flush()
  journal.stored(2)
  expect(journal.committedAfter(1, 10)).toEqual([{ seq: 2, runId: 'run', ...delta('ab') }])
  expect(journal.take()).toEqual([{ seq: 3, runId: 'run', ...delta('c') }])
  journal.stored(3)
  await flushed
  expect(journal.text).toBe('abc')
})

test('what the log lost is taken again as it was, and stays visible', () => {
  const journal = createJournal(lease, past, hooks)
  journal.append(delta('a'))
  const [taken] = journal.take()
  journal.stored(2)
  journal.append(delta('b'))
  journal.stored(1)
  expect(journal.committedAfter(1, 10)).toEqual([taken])
  expect(journal.take()).toEqual([taken, { seq: 3, runId: 'run', ...delta('b') }])
})

test('what may be lost is asked for with its last event, and waited for', async () => {
  const journal = createJournal(lease, past, hooks)
  journal.append(delta('a'))
  const [taken] = journal.take()
  journal.stored(2)
  journal.recheck()
  const flushed = journal.flush()
  expect(journal.take()).toEqual([taken])
  journal.stored(2)
  await flushed
  expect(journal.take()).toEqual([])
})

test('the text starts afresh at a reset, also of a log that was taken over', () => {
  const resumed = createJournal(lease, [...past, { seq: 2, runId: 'run', ...delta('old') }], hooks)
  expect(resumed.text).toBe('old')
  resumed.append({ type: 'AnswerReset', reason: 'r' })
  resumed.append(delta('new'))
  expect(resumed.text).toBe('new')
})

test('a lost lease ends the waiting, and nothing is taken any more', async () => {
  const journal = createJournal(lease, past, hooks)
  journal.append(delta('a'))
  const flushed = journal.flush()
  journal.fail(new LeaseLostError('run'))
  await expect(flushed).rejects.toThrow(LeaseLostError)
  expect(journal.take()).toEqual([])
  expect(() => journal.append(delta('b'))).toThrow(LeaseLostError)
})

test('a delta stays short enough to wait in memory, and is cut between characters', () => {
  const journal = createJournal(lease, past, hooks)
  const text = `x${'😀'.repeat(20_000)}`
  journal.append(delta(text))
  journal.append(delta('y'))
  const pieces = journal.take().map((event) => (event.type === 'AnswerDelta' ? event.text : ''))
  expect(pieces.join('')).toBe(`${text}y`)
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(8_192)
  for (const piece of pieces) expect(piece.isWellFormed()).toBe(true)
})
