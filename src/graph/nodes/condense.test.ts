import { pino } from 'pino'
import { expect, test } from 'vitest'
import { wordsBefore } from '../conversation/follow-up.ts'
import type { Turn } from '../grounding/prompt.ts'
import type { NodeContext } from '../node.ts'
import { scriptedLlm } from '../scripted-llm.fixture.ts'
import { input, type RunState } from '../state.ts'
import { condense } from './condense.ts'

const turns: Turn[] = [
  { role: 'user', content: 'How tall is the tower?' },
  { role: 'assistant', content: '300 metres [1].' },
]
const question = 'And how heavy is it?'
const caller = { workspaceId: '01900000-0000-7000-8000-000000000000', scopes: [] }

function condensing(
  llm: ReturnType<typeof scriptedLlm> | null,
  { history = turns, condenseWithinMs = 60_000, signal = new AbortController().signal } = {},
) {
  const node = condense({
    llm,
    logger: pino({ level: 'silent' }),
    condenseWithinMs,
    loadHistory: async () => ({ turns: history, summary: [] }),
  })
  const request = { question, collection: 'default', topK: 5, filter: null }
  const news = { run: true, conversation: false }
  const work = { runId: 'run', conversationId: 'conversation', caller, request, news }
  return node(
    input as RunState,
    { work, signal, recorded: Promise.resolve(), write: () => {} } as NodeContext,
  )
}

test('without a model a follow-up is searched for in the words of the conversation', async () => {
  const { query, context } = await condensing(null)
  expect(query).toBe(`How tall is the tower? ${question}`)
  expect(context).toEqual({ query: question, words: wordsBefore(question, turns) })
  expect(await condensing(null, { history: [] })).toEqual({ history: [], query: question })
})

test('a model puts it in words of its own, which stand alone', async () => {
  expect(await condensing(scriptedLlm([' How heavy is the tower?\nBecause …']))).toEqual({
    history: turns,
    query: 'How heavy is the tower?',
    context: { query: 'How heavy is the tower?', words: wordsBefore(question, turns) },
    usage: { promptTokens: 10, completionTokens: 5 },
  })
  expect(await condensing(scriptedLlm(['']))).toMatchObject({ query: question })
  expect(await condensing(scriptedLlm(['word '.repeat(2_000)]))).toMatchObject({ query: question })
})

test('a model that takes too long or fails leaves what is done without one', async () => {
  const without = await condensing(null)
  const hanging = scriptedLlm()
  expect(await condensing(hanging, { condenseWithinMs: 1 })).toEqual(without)
  expect(hanging.calls[0]?.signal.aborted).toBe(true)
  const failing = scriptedLlm()
  const condensed = condensing(failing)
  const call = await failing.call()
  call.fail(new Error('down'))
  expect(await condensed).toEqual(without)
  // Not even a signal that is not heeded keeps the answer waiting.
  const deaf = scriptedLlm()
  deaf.generate = async function* () {
    await new Promise(() => {})
    yield { type: 'delta', text: '' }
  }
  expect(await condensing(deaf, { condenseWithinMs: 1 })).toEqual(without)
})

test('a run that is cancelled is not condensed any more', async () => {
  const controller = new AbortController()
  const llm = scriptedLlm()
  const condensed = condensing(llm, { signal: controller.signal })
  await llm.call()
  controller.abort(new Error('Cancelled'))
  await expect(condensed).rejects.toThrow('Cancelled')
})
