import { expect, test } from 'vitest'
import type { RunLog } from '../runs/run-work.ts'
import { alignLog } from './align-log.ts'
import type { RunState } from './state.ts'

function logHolding(text: string) {
  const done: string[] = []
  const log: RunLog = {
    text,
    hasSources: false,
    recorded: Promise.resolve(),
    delta: (piece) => void (piece && done.push(`delta ${piece}`)),
    reset(reason) {
      done.push(`reset ${reason}`)
      Object.assign(log, { text: '' })
    },
    sources: async () => void done.push('sources'),
  }
  return { log, done }
}
const initial: RunState = {
  history: [],
  query: null,
  context: null,
  sources: null,
  passages: [],
  attempts: 0,
  usage: null,
  draft: null,
  rejection: null,
  approval: null,
}
const draft = (text: string) => ({ text, finishReason: 'STOP' as const, model: 'm', extracted: null })
const align = async (logged: string, state: object) => {
  const { log, done } = logHolding(logged)
  await alignLog(log, { ...initial, ...state }, 'because')
  return done
}

test('announces evidence that was found and not announced', async () => {
  const sources = { mode: 'LEXICAL', underfilled: false, hits: [] }
  expect(await align('', { sources })).toEqual(['sources'])
})

test('leaves alone what says the same', async () => {
  expect(await align('', {})).toEqual([])
  expect(await align('One. Two.', { draft: draft('One. Two.') })).toEqual([])
})

test('appends what a log that is behind lacks', async () => {
  expect(await align('One.', { draft: draft('One. Two.') })).toEqual(['delta  Two.'])
})

test('withdraws what says something else, or was not finished', async () => {
  expect(await align('Ono', { draft: draft('One.') })).toEqual(['reset because', 'delta One.'])
  expect(await align('One. Two.', { draft: draft('One.') })).toEqual(['reset because', 'delta One.'])
  expect(await align('One', {})).toEqual(['reset because'])
})
