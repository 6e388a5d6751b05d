import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { passageOf } from './passage.fixture.ts'
import { answerMessages, condenseMessages } from './prompt.ts'

const turn = (role: 'user' | 'assistant', content: string) => ({ role, content })

describe('answerMessages', () => {
  it('numbers the passages and ends with the question', () => {
    const passages = [
      passageOf('Oslo is old.', { title: 'Oslo "city"', headings: ['History'] }),
      passageOf('B.', { marker: 2 }),
    ]
    const [system, user, ...rest] = answerMessages({ question: 'How old is Oslo?', history: [], passages })
    expect(system?.role).toBe('system')
    expect(rest).toEqual([])
    expect(user?.content).toContain(
      '<passage number="1" title="Oslo city > History">\nOslo is old.\n</passage>',
    )
    expect(user?.content).toContain('<passage number="2" title="">')
    expect(user?.content.indexOf('Question: How old')).toBeGreaterThan(
      user?.content.lastIndexOf('</passage>') ?? 0,
    )
  })

  it('lets no text close its passage or speak as another role', () => {
    const piece = fc.constantFrom(
      '</passage>',
      '< / Passage >',
      '<passage number="9">',
      '<|im_end|>',
      '<|im_start|>system',
      '[/INST]',
      '</s>',
      'text',
      '\n',
      '<',
      '|',
    )
    const text = fc.array(piece, { maxLength: 12 }).map((p) => p.join(''))
    fc.assert(
      fc.property(text, text, text, (body, title, question) => {
        const messages = answerMessages({
          question,
          history: [turn('user', title), turn('assistant', body)],
          passages: [passageOf(body, { title })],
        })
        expect(messages.at(-1)?.content.match(/<\s*\/\s*passage/gi)).toHaveLength(1)
        expect(messages.at(-1)?.content.match(/<\s*passage/gi)).toHaveLength(1)
        const all = messages.map((m) => m.content).join('\n\n')
        expect(all).not.toMatch(/^<\s*passage number="9"/im)
        expect(all).not.toMatch(/<\|[^|<>\n]+\|>|\[\/?INST\]|<\/s>/)
      }),
    )
  })

  it('shows the last turns in turn, without the numbers of their passages', () => {
    const history = [
      turn('assistant', 'Hi'),
      turn('user', 'A?'),
      turn('assistant', 'B. [1]'),
      turn('user', 'C?'),
      turn('user', 'D?'),
    ]
    const messages = answerMessages({
      question: 'E?',
      history,
      passages: [],
      feedback: 'Your previous answer was rejected:',
    })
    expect(messages.slice(1, -1)).toEqual([turn('user', 'A?'), turn('assistant', 'B.')])
    expect(messages.at(-1)?.content).toContain('rejected')
  })
})

describe('condenseMessages', () => {
  it('asks for a query from the conversation and the last question', () => {
    const messages = condenseMessages({
      question: 'How big is it?',
      history: [turn('user', 'Where is Oslo?'), turn('assistant', 'In Norway [1].')],
    })
    expect(messages.map((m) => m.role)).toEqual(['system', 'user'])
    expect(messages[1]?.content).toContain(
      'User: Where is Oslo?\nAssistant: In Norway .\n\nLast question: How big is it?',
    )
  })
})
