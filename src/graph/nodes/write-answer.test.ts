import { describe, expect, it } from 'vitest'
import { ContextLengthError } from '../../providers/llm/context-length-error.ts'
import type { Llm } from '../../providers/llm/llm.ts'
import { promptBound } from '../grounding/fit-prompt.ts'
import { passageOf } from '../grounding/passage.fixture.ts'
import { tokenBound } from '../grounding/token-bound.ts'
import type { GenerationLimits, NodeContext } from '../node.ts'
import { scriptedLlm } from '../scripted-llm.fixture.ts'
import type { RunState } from '../state.ts'
import { writeAnswer } from './write-answer.ts'

const subject = { upstream: 'llm', name: 'LLM', model: 'm', variables: 'LLM' } as const
const tooLong = (promptTokens: number | null = null, contextTokens: number | null = null) =>
  new ContextLengthError(subject, { promptTokens, contextTokens })
const passages = Array.from({ length: 6 }, (_, i) =>
  passageOf(`Fact number ${i + 1}: ${'the tower is tall and old. '.repeat(20)}`, { marker: i + 1 }),
)
const unlimited: GenerationLimits = { maxTokens: null, contextTokens: null }

function setUp(generation: NodeContext['work']['request']['generation'] = null) {
  const llm = scriptedLlm()
  const written: string[] = []
  const context: NodeContext = {
    work: {
      runId: 'run',
      conversationId: 'conversation',
      news: { run: true, conversation: false },
      caller: { workspaceId: 'w', scopes: [] },
      request: { question: 'How tall?', collection: 'default', topK: 6, filter: null, generation },
    },
    signal: new AbortController().signal,
    recorded: Promise.resolve(),
    write: (text) => written.push(text),
  }
  const state = { history: [], passages, rejection: null } as unknown as RunState
  const shown = (n: number) =>
    [...(llm.calls[n]?.request.messages.at(-1)?.content ?? '').matchAll(/<passage number="(\d+)"/g)].map(
      (m) => Number(m[1]),
    )
  return {
    llm,
    shown,
    text: () => written.join(''),
    state,
    answer: (limits: GenerationLimits = unlimited, model: Llm = llm) =>
      writeAnswer(model, limits, state, context),
  }
}

describe('an answer that a model writes', () => {
  it('shows all passages where nobody says how long a prompt may be', async () => {
    const { llm, shown, answer } = setUp()
    const written = answer()
    ;(await llm.call()).end()
    expect((await written).passages).toEqual(passages)
    expect(shown(0)).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('leaves out the last passages, whole, where the context is too small, and takes their numbers for unknown', async () => {
    const { llm, shown, answer, text } = setUp()
    const written = answer({ maxTokens: 200, contextTokens: 1_600 })
    const call = await llm.call()
    call.say('It is tall [1][6].')
    call.end()
    const { draft, passages: used } = await written
    expect(shown(0)).toEqual(used.map((passage) => passage.marker))
    expect(used.length).toBeGreaterThan(1)
    expect(used.length).toBeLessThan(6)
    expect(used).toEqual(passages.slice(0, used.length))
    expect(promptBound({ question: 'How tall?', history: [], passages: used })).toBeLessThanOrEqual(1_400)
    expect(call.request.maxTokens).toBe(200)
    expect(draft).toMatchObject({ text: 'It is tall [1].', removedMarkers: [6] })
    expect(text()).toBe('It is tall [1].')
  })

  it.each([
    [tooLong(), 1, 3],
    [tooLong(4_000, 3_900), 1, 5],
    [tooLong(9_000, 2_000), 1, 2],
  ])('asks with fewer passages after it was refused as too long', async (error, least, most) => {
    const { llm, shown, answer } = setUp()
    const written = answer()
    ;(await llm.call()).fail(error)
    const second = await llm.call()
    second.say('It is tall [1].')
    second.end()
    expect((await written).draft.text).toBe('It is tall [1].')
    expect(shown(1).length).toBeGreaterThanOrEqual(least)
    expect(shown(1).length).toBeLessThanOrEqual(most)
    expect(shown(1)).toEqual(shown(0).slice(0, shown(1).length))
  })

  it('asks with fewer passages only once, and never behind the first token', async () => {
    const twice = setUp()
    const refused = twice.answer()
    ;(await twice.llm.call()).fail(tooLong())
    ;(await twice.llm.call()).fail(tooLong())
    await expect(refused).rejects.toThrow(ContextLengthError)
    expect(twice.llm.calls).toHaveLength(2)
    const late = setUp()
    const broken = late.answer()
    const call = await late.llm.call()
    call.say('It ')
    call.fail(tooLong())
    await expect(broken).rejects.toThrow(ContextLengthError)
    expect(late.llm.calls).toHaveLength(1)
  })

  it.each<[string, GenerationLimits, number]>([
    ['what the server says of its model where nothing is configured', unlimited, 1_600],
    ['what is configured, whatever the server says', { maxTokens: null, contextTokens: 1_600 }, 1_000_000],
  ])('cuts to %s', async (_name, limits, said) => {
    const { llm, shown, answer } = setUp()
    const asked: string[] = []
    const contextTokens = (model: string) => {
      asked.push(model)
      return said
    }
    const written = answer(limits, { ...llm, contextTokens })
    ;(await llm.call()).end()
    await written
    expect(shown(0).length).toBeLessThan(6)
    expect(shown(0)).toEqual([1, 2, 3, 4, 5, 6].slice(0, shown(0).length))
    expect(asked).toEqual(limits.contextTokens === null ? ['scripted'] : [])
  })

  it('answers where the conversation alone is longer than the context', async () => {
    const { llm, shown, answer, state } = setUp()
    const say = 'Tell me all of it, please. '.repeat(40)
    const history = Array.from({ length: 8 }, (_, i) => [
      { role: 'user', content: `${i}: ${say}` },
      { role: 'assistant', content: say },
    ])
    Object.assign(state, { history: history.flat() })
    const written = answer({ maxTokens: 200, contextTokens: 2_048 })
    const call = await llm.call()
    call.end()
    await written
    const { messages } = call.request
    expect(shown(0)[0]).toBe(1)
    expect(messages.at(-1)?.content).toContain('Question: How tall?')
    const bound = messages.reduce((sum, { content }) => sum + tokenBound(content) + 16, 0)
    expect(bound).toBeLessThanOrEqual(2_048 - 200)
  })

  it('asks for what the request asks for', async () => {
    const { llm, answer } = setUp({ model: 'other', maxTokens: 7, temperature: 0 })
    const written = answer({ maxTokens: 100, contextTokens: null })
    const call = await llm.call()
    call.say('It is')
    call.end('LENGTH')
    expect(call.request).toMatchObject({
      model: 'other',
      maxTokens: 7,
      temperature: 0,
      affinity: 'conversation',
    })
    expect((await written).draft).toMatchObject({ model: 'other', finishReason: 'LENGTH' })
  })

  it('does not say that nothing was found where the limit cut the answer before its first word', async () => {
    const { llm, answer, text } = setUp()
    const written = answer()
    ;(await llm.call()).end('LENGTH')
    expect((await written).draft).toMatchObject({ text: '', finishReason: 'LENGTH' })
    expect(text()).toBe('')
  })

  it('says that nothing was found where only markers without a passage are left', async () => {
    const { llm, answer, text } = setUp()
    const written = answer()
    const call = await llm.call()
    call.say('[9]')
    call.end()
    expect((await written).draft.finishReason).toBe('NO_EVIDENCE')
    expect(text()).toBe((await written).draft.text)
  })
})
