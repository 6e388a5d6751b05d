import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitPrompt, promptBound, shorterPrompt } from './fit-prompt.ts'
import { passageOf } from './passage.fixture.ts'
import type { AnswerPrompt, Turn } from './prompt.ts'

const sentences = (count: number, about = 'tower') =>
  Array.from({ length: count }, (_, i) => `The ${about} has floor number ${i} and it is tall.`).join(' ')
const exchange = (n: number): Turn[] => [
  { role: 'user', content: `Question ${n}? ${'Please tell me all of it. '.repeat(20)}` },
  { role: 'assistant', content: `Answer ${n}. ${'It is tall and old. '.repeat(20)}` },
]
const history = [1, 2, 3, 4, 5, 6].flatMap(exchange)
const passages = [1, 2, 3].map((marker) => passageOf(sentences(12), { marker, start: 1_000 * marker }))
const question = 'How tall is the tower?'
const noSizes = { promptTokens: null, contextTokens: null }

describe('a prompt that is fitted', () => {
  it('stays as it is where it fits', () => {
    const prompt = { question, history, passages }
    expect(fitPrompt(prompt, promptBound(prompt))).toBe(prompt)
  })

  it('keeps the newest exchanges, and the passages where there is room for them', () => {
    const prompt = { question, history, passages }
    const room = promptBound(prompt) - promptBound({ ...prompt, history: history.slice(0, 3) }) / 4
    const fitted = fitPrompt(prompt, room)
    expect(fitted.passages).toEqual(passages)
    expect(fitted.history.length).toBeGreaterThan(0)
    expect(fitted.history).toEqual(history.slice(-fitted.history.length))
    expect(fitted.history[0]?.role).toBe('user')
    expect(promptBound(fitted)).toBeLessThanOrEqual(room)
  })

  it('leaves passages two thirds of the room where history alone would fill it', () => {
    const prompt = { question, history, passages }
    const bare = promptBound({ question, history: [], passages: [] })
    const room = bare + 900
    const fitted = fitPrompt(prompt, room)
    expect(promptBound({ ...fitted, passages: [] })).toBeLessThanOrEqual(bare + 300)
    expect(fitted.passages.length).toBeGreaterThan(0)
    expect(promptBound(fitted)).toBeLessThanOrEqual(room)
    expect(fitted.question).toBe(question)
  })

  it('cuts a passage that is too long behind a sentence, so that its quotes keep their place', () => {
    const long = passageOf(sentences(500), { start: 70 })
    const prompt: AnswerPrompt = { question, history: [], passages: [long] }
    const room = promptBound({ ...prompt, passages: [] }) + 600
    const [cut] = fitPrompt(prompt, room).passages
    expect(cut?.start).toBe(70)
    expect(cut?.text).toMatch(/tall\.$/)
    expect(long.text.startsWith(cut?.text ?? 'x')).toBe(true)
    expect(promptBound(fitPrompt(prompt, room))).toBeLessThanOrEqual(room)
    const more = fitPrompt(prompt, room + 60).passages[0]?.text ?? ''
    expect(more.length).toBeGreaterThan(cut?.text.length ?? 0)
  })

  it.each([
    ['at a blank where one sentence is too long', `${'word '.repeat(4_000)}.`, /word$/],
    ['between characters where there is no blank', '塔'.repeat(4_000), /^塔+$/],
    ['never within a character', '🗼'.repeat(4_000), /^(?:🗼)+$/u],
  ])('cuts a passage %s', (_name, text, expected) => {
    const prompt = { question, history, passages: [passageOf(text)] }
    const room = promptBound({ question, history: [], passages: [] }) + 500
    const [cut] = fitPrompt(prompt, room).passages
    expect(cut?.text).toMatch(expected)
    expect(cut?.text.length).toBeLessThan(text.length)
    expect(promptBound(fitPrompt(prompt, room))).toBeLessThanOrEqual(room)
  })

  it('keeps the question and something to stand on, whatever the room', () => {
    const piece = fc.constantFrom(
      'The tower is tall. ',
      '塔は高い。',
      'x'.repeat(90),
      ' ',
      '<passage>',
      '🗼',
      '\n\n',
    )
    const text = fc.array(piece, { minLength: 1, maxLength: 60 }).map((all) => `It. ${all.join('')}`)
    const turn = fc.record({
      role: fc.constantFrom('user', 'assistant'),
      content: text,
    }) as fc.Arbitrary<Turn>
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 4 }),
        fc.array(turn, { maxLength: 6 }),
        fc.integer({ min: 0, max: 3_000 }),
        (texts, turns, room) => {
          const all = texts.map((each, i) => passageOf(each, { marker: i + 1 }))
          const prompt = { question, history: turns, passages: all }
          const base = promptBound({ question, history: [], passages: [] })
          const fitted = fitPrompt(prompt, base + room)
          expect(fitted.passages.length).toBeGreaterThan(0)
          for (const [i, passage] of fitted.passages.entries()) {
            expect(all[i]?.text.startsWith(passage.text)).toBe(true)
            if (i > 0) expect(passage).toBe(all[i])
          }
          if (room > 200) expect(promptBound(fitted)).toBeLessThanOrEqual(base + room)
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('a prompt after it was refused as too long', () => {
  it('is cut where a single passage or the conversation is all that can be', () => {
    const one = { question, history: [], passages: [passageOf(sentences(60))] }
    const cut = shorterPrompt(one, noSizes, 100)
    expect(cut?.passages[0]?.text.length).toBeLessThan(one.passages[0]?.text.length ?? 0)
    const talk = { question, history, passages: [passageOf('It is tall.')] }
    expect(shorterPrompt(talk, noSizes, 100)?.history.length).toBeLessThan(history.length)
  })

  it('is given up where nothing is left to cut', () => {
    expect(
      shorterPrompt({ question, history: [], passages: [passageOf('It is tall.')] }, noSizes, 100),
    ).toBeNull()
  })
})
