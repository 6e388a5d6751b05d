import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { claimsOf } from './claims.ts'
import { markersOf } from './markers.ts'
import { isRefusal, NO_EVIDENCE } from './no-evidence.ts'

const cited = (text: string) => claimsOf(text).map((c) => [c.text, [...c.markers], c.isClaim])

describe('markersOf', () => {
  it.each<[string, number[][]]>([
    [
      'A [1]. B [1][2] and [1, 2] or [1-3] or 【4】 and [5–6].',
      [[1], [1], [2], [1, 2], [1, 2, 3], [4], [5, 6]],
    ],
    ['See [the docs](http://a) and [1](http://b), - [x] done, `a[1]`.', []],
    ['```\na[1]\n```\nText [2]', [[2]]],
    ['In [1984] he [Passage 3] wrote 【2†source】.', [[3], [2]]],
    ['[1]: https://a.example\n', []],
    ['Many [1-999].', [Array.from({ length: 51 }, (_, i) => i + 1)]],
  ])('%s', (text, markers) => expect(markersOf(text).map((m) => m.markers)).toEqual(markers))
})

describe('claimsOf', () => {
  it('gives a marker behind the full stop to the sentence before it', () => {
    expect(cited('Oslo is old. [1] It is big.[2] It grows [3].')).toEqual([
      ['Oslo is old. [1]', [1], true],
      ['It is big.[2]', [2], true],
      ['It grows [3].', [3], true],
    ])
  })

  it('gives a marker that begins a line to what follows it there, and one alone on a line to what came before', () => {
    expect(cited('First one.\n[2] Second one.')).toEqual([
      ['First one.', [], true],
      ['[2] Second one.', [2], true],
    ])
    expect(cited('First one.\n[2]')).toEqual([['First one.\n[2]', [2], true]])
  })

  it.each([
    'Here is what the documents say:',
    'Sure!',
    'What is a dog?',
    '## Summary',
    '**Summary**',
    'The passages do not answer this.',
    "The provided documents don't mention the price of oil.",
    'Die Passagen beantworten diese Frage nicht.',
    'Les passages ne répondent pas à cette question.',
    'Отрывки не отвечают на этот вопрос.',
    '这些段落没有回答这个问题。',
    '文書にはこの質問の答えが含まれていません。',
    'ข้อความเหล่านี้ไม่ได้ตอบคำถามนี้',
    'I hope this helps!',
    '```\ncode = 1\n```',
  ])('sees no claim in %s', (text) => expect(claimsOf(text).map((c) => c.isClaim)).toEqual([false]))

  it.each([
    'In summary, oil is dear.',
    'The passages do not name the year, but it was 1973.',
    'The context switch takes 3 ms.',
    'Passagen är blå.',
    'Water is not a metal.',
  ])('sees a claim in %s', (text) => expect(claimsOf(text).map((c) => c.isClaim)).toEqual([true]))

  it('takes a list of sources for no claim', () => {
    const claims = claimsOf('Oslo is old [1].\n\nSources:\n[1] History of Oslo\n[2] Norway')
    expect(claims.map((c) => c.isClaim)).toEqual([true, false, false, false])
  })

  it('yields verbatim slices, in order, and loses and doubles no marker', () => {
    const piece = fc.constantFrom(
      'Oslo is old',
      '.',
      '. ',
      ' [1]',
      '[2]',
      '[1, 3]',
      '【2】',
      '\n',
      '\n\n',
      '- ',
      '`a[1]`',
      '？',
      '。',
      '# ',
      '| a |',
      'Dr. ',
      '[x]',
      '(',
      '```\n',
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 25 }).map((p) => p.join('')),
        (text) => {
          const claims = claimsOf(text)
          for (const claim of claims) expect(text.slice(claim.start, claim.end)).toBe(claim.text)
          for (const [i, claim] of claims.entries())
            expect(claim.start).toBeGreaterThanOrEqual(claims[i - 1]?.end ?? 0)
          expect(claims.flatMap((c) => c.spans)).toEqual(markersOf(text))
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('isRefusal', () => {
  it.each([
    NO_EVIDENCE,
    'The passages do not answer this.',
    'I cannot find this in the sources. Do you mean the other one?',
  ])('knows %s', (text) => expect(isRefusal(text)).toBe(true))
  it.each(['', 'Oslo is old [1].', 'The passages do not say when. Oslo is old [1].'])(
    'is not misled by %s',
    (text) => expect(isRefusal(text)).toBe(false),
  )
})
