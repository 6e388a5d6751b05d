import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { extractAnswer } from './extract.ts'
import { extractedText } from './extract-text.ts'
import { passageOf } from './passage.fixture.ts'
import { simpleAnalyze } from './simple-analyze.fixture.ts'
import { validateAnswer } from './validate.ts'

const passages = [
  passageOf('Bread is baked from flour. Ovens are hot. Rye bread keeps for a week.', { title: 'Bread' }),
  passageOf(
    '# Oil\n\nWhen did the oil crisis begin?\n\nThe oil crisis began in October 1973. It ended in *March 1974*. Prices rose.',
    {
      marker: 2,
      start: 300,
      title: '1970s',
    },
  ),
  passageOf('东京是日本的首都。人口约一千四百万。', { marker: 3 }),
  passageOf('日本の首都は東京です。人口は約1400万人です。', { marker: 4 }),
  passageOf('กรุงเทพมหานครเป็นเมืองหลวงของประเทศไทย\nข้าวเป็นอาหารหลัก', { marker: 5 }),
  passageOf('Столица России — Москва. Волга течёт в Каспийское море.', { marker: 6 }),
  passageOf('Die Hauptstadt von Österreich ist Wien. Die Donau ist lang.', { marker: 7 }),
  passageOf(
    '# Path parameters\n\n```python\npath parameter declare\n```\n\nYou can declare path "parameters" with the same syntax used by Python:\n\n- one',
    { marker: 8 },
  ),
]
const extract = (question: string) => extractAnswer({ question, passages, analyze: simpleAnalyze })

describe('extractAnswer', () => {
  it.each([
    ['When did the oil crisis begin?', 2, 'The oil crisis began in October 1973.'],
    ['日本的首都是哪里？', 3, '东京是日本的首都。'],
    ['日本の首都はどこですか', 4, '日本の首都は東京です。'],
    ['เมืองหลวงของประเทศไทยคืออะไร', 5, 'กรุงเทพมหานครเป็นเมืองหลวงของประเทศไทย'],
    ['Какой город столица России?', 6, 'Столица России — Москва.'],
    ['Was ist die Hauptstadt von Österreich?', 7, 'Die Hauptstadt von Österreich ist Wien.'],
    [
      'How do I declare a path parameter?',
      8,
      'You can declare path "parameters" with the same syntax used by Python:',
    ],
  ])('answers %s', (question, marker, text) => {
    expect(extract(question)).toContainEqual(expect.objectContaining({ marker, text }))
  })

  it('refuses what no passage bears on', () => {
    expect(extract('Who invented the telephone?')).toBeNull()
    expect(extract('')).toBeNull()
    expect(extractAnswer({ question: 'Why?', passages: [], analyze: simpleAnalyze })).toBeNull()
  })

  it('shows a heading or code only where there is nothing else', () => {
    const only = [passageOf('```\nretry_limit = 5\n```')]
    expect(extractAnswer({ question: 'retry limit', passages: only, analyze: simpleAnalyze })).toBeNull()
    const heading = [passageOf('## Retry limit')]
    expect(
      extractAnswer({ question: 'retry limit', passages: heading, analyze: simpleAnalyze }),
    ).toHaveLength(1)
  })

  it('refuses where the rest of what was found is common in the collection', () => {
    const statistics = {
      total: 10_000,
      frequencyOf: (term: string) => (term === 'telephone' ? 1 : 5_000),
    }
    const common = { question: 'When did the telephone crisis begin?', passages, analyze: simpleAnalyze }
    expect(extractAnswer(common)).not.toBeNull()
    expect(extractAnswer({ ...common, statistics })).toBeNull()
  })

  it('answers with one sentence where that one is sure', () => {
    const extracted = extractAnswer({
      question: 'When did the oil crisis begin?',
      passages: [passageOf('Bread is baked. The oil crisis began in 1973. Ovens are hot. Prices rose.')],
      analyze: simpleAnalyze,
    })
    expect(extracted?.map(({ text }) => text)).toEqual(['The oil crisis began in 1973.'])
  })

  it('prefers a sentence that is matter to one about the text', () => {
    const [first] =
      extractAnswer({
        question: 'How do I declare a path parameter?',
        passages: [
          passageOf(
            'In the next chapter you will see how to declare a path parameter. You can declare a path parameter with braces.',
          ),
        ],
        analyze: simpleAnalyze,
      }) ?? []
    expect(first?.text).toBe('You can declare a path parameter with braces.')
  })

  it('prefers the section whose heading says what is asked', () => {
    const text = (heading: string) => `## ${heading}\n\nUse the class Response for it.`
    const extracted = extractAnswer({
      question: 'How do I set a cookie?',
      passages: [
        passageOf(text('Send a header'), { score: 1 }),
        passageOf(text('Set a cookie'), { marker: 2, score: 0.9, start: 500 }),
      ],
      analyze: simpleAnalyze,
    })
    expect(extracted?.map(({ marker }) => marker)).toEqual([2])
  })

  it('shows code whole and verbatim behind the sentence that leads to it', () => {
    const fence = '```sh\nuv add  fastapi\n\nuv run dev\n```'
    const passage = passageOf(`## Install it\n\nTo install FastAPI, run:\n\n${fence}\n\nDone.`, { start: 40 })
    const extracted = extractAnswer({
      question: 'How do I install FastAPI?',
      passages: [passage],
      analyze: simpleAnalyze,
    })
    const code = extracted?.find(({ form }) => form === 'code')
    expect(code).toMatchObject({ text: fence, quote: fence, start: 40 + passage.text.indexOf(fence) })
  })

  it('shows a list whole, with its numbers, where its section is what is asked for', () => {
    const text =
      '# Soup\n\n## Ingredients\n\n- leek\n- salt\n\n## Preparation\n\n1. Cut the leek.\n2. Boil it.\n\nServe hot.'
    const answer = (question: string) =>
      extractedText(extractAnswer({ question, passages: [passageOf(text)], analyze: simpleAnalyze }) ?? [])
    expect(answer('Which ingredients?')).toBe('- leek [1]\n- salt [1]')
    expect(answer('How to do the preparation of the leek soup?')).toContain(
      '1. Cut the leek. [1]\n2. Boil it. [1]',
    )
  })

  it('shows the heading where that alone says when', () => {
    const text = '# Changes\n\n## 2.4 (18 March 2025)\n\n- Added a dark theme.\n'
    const extracted = extractAnswer({
      question: 'When was the dark theme added?',
      passages: [passageOf(text)],
      analyze: simpleAnalyze,
    })
    expect(extracted?.map((each) => each.text)).toEqual(['2.4 (18 March 2025)', 'Added a dark theme.'])
    for (const { quote, start, end } of extracted ?? []) expect(text.slice(start, end)).toBe(quote)
  })

  it('ends a sentence whose list is not there', () => {
    const text = 'Pass the task to the queue with the method add: \n\n{* ../add.py *}\n\nBread is baked.'
    const question = 'How do I pass a task to the queue?'
    const extracted = extractAnswer({ question, passages: [passageOf(text)], analyze: simpleAnalyze })
    expect(extracted?.[0]?.text).toBe('Pass the task to the queue with the method add.')
  })

  it('answers what something costs with an amount, or not at all', () => {
    const answer = (question: string, text: string) =>
      extractAnswer({ question, passages: [passageOf(text)], analyze: simpleAnalyze })?.map(
        (each) => each.text,
      )
    expect(answer('What does the red kettle cost?', 'The red kettle holds 2 litres.')).toBeUndefined()
    expect(answer('What does the red kettle cost?', 'The red kettle is $20.')).toEqual([
      'The red kettle is $20.',
    ])
    expect(answer('Was kostet der Kessel?', 'Der Kessel fasst 2 Liter.')).toBeUndefined()
  })

  it('refuses a question for someone whom the passage does not name', () => {
    const text = 'The economist Robert Lucas won the Nobel prize in 1995, and James Heckman won it in 2000.'
    const asked = (name: string) =>
      extractAnswer({
        question: `When did ${name} win the prize?`,
        passages: [passageOf(text)],
        analyze: simpleAnalyze,
      })
    expect(asked('Robert Lucas')).not.toBeNull()
    expect(asked('Edward Prescott')).toBeNull()
  })

  it('leaves out a sentence that says the same again', () => {
    const twice = [
      passageOf('The oil crisis began in 1973.'),
      passageOf('The oil crisis began in 1973.', { marker: 2 }),
    ]
    expect(
      extractAnswer({ question: 'When did the oil crisis begin?', passages: twice, analyze: simpleAnalyze }),
    ).toHaveLength(1)
  })

  it('quotes verbatim, keeps to its length, repeats itself exactly, and always passes validation', () => {
    const sentence = fc.constantFrom(
      'The oil crisis began in 1973. ',
      '- Oil prices rose by 3.5 %.\n',
      'Oil is **not** cheap',
      '\n\n',
      '# Oil\n',
      'Who needs oil? ',
      '`oil[1]` is code. ',
      'OAPEC cut oil.[2] ',
      '| oil | 3 |\n',
      '石油は高い。',
      'See: ',
    )
    const text = fc.array(sentence, { maxLength: 8 }).map((p) => p.join(''))
    fc.assert(
      fc.property(
        fc.array(text, { maxLength: 4 }),
        fc.nat(500),
        fc.integer({ min: 1, max: 4 }),
        (texts, start, maxSentences) => {
          const given = texts.map((t, i) => passageOf(t, { marker: i + 1, start }))
          const options = {
            question: 'When did the oil crisis begin?',
            passages: given,
            analyze: simpleAnalyze,
            maxSentences,
          }
          const found = extractAnswer(options)
          expect(extractAnswer(options)).toEqual(found)
          if (found === null) return
          expect(found.length).toBeLessThanOrEqual(maxSentences)
          for (const s of found)
            expect(given[s.marker - 1]?.text.slice(s.start - start, s.end - start)).toBe(s.quote)
          const checked = validateAnswer({
            text: extractedText(found),
            passages: given,
            analyze: simpleAnalyze,
          })
          expect(checked.problems).toEqual([])
        },
      ),
      { numRuns: 300 },
    )
  })
})
