import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { feedbackFor } from './feedback.ts'
import { passageOf } from './passage.fixture.ts'
import { simpleAnalyze } from './simple-analyze.fixture.ts'
import { validateAnswer } from './validate.ts'

const passages = [
  passageOf('Paris lies in France. Paris has 2,100,000 people.', { marker: 1, start: 50 }),
  passageOf('Bonn lies in Germany on the Rhine.', { marker: 2, start: 900 }),
]
const validate = (text: string) => validateAnswer({ text, passages, analyze: simpleAnalyze })

describe('validateAnswer', () => {
  it('verifies each citation by the part of the sentence before it', () => {
    const result = validate('Paris lies in France [1] and Bonn lies on the Rhine [2].')
    expect(result).toMatchObject({ grounded: true, problems: [] })
    expect(result.citations).toEqual([
      { marker: 1, chunkId: 'chunk-1', quote: 'Paris lies in France.', start: 50, end: 71, verified: true },
      { marker: 2, chunkId: 'chunk-2', quote: passages[1]?.text, start: 900, end: 934, verified: true },
    ])
  })

  it('gives a marker one citation for each quote, in the order of the answer', () => {
    const { citations } = validate(
      'Paris has 2.1 million people [1]. Paris lies in France [1]. In France lies Paris. [1]',
    )
    expect(citations.map((c) => c.quote)).toEqual(['Paris has 2,100,000 people.', 'Paris lies in France.'])
  })

  it('accepts a claim that two passages cited side by side support together', () => {
    expect(validate('Paris lies in France and Bonn lies in Germany [1][2].')).toMatchObject({
      grounded: true,
      problems: [],
    })
  })

  it('reports a marker that names no passage', () => {
    const result = validate('Paris lies in France [7].')
    expect(result.grounded).toBe(false)
    expect(result.citations).toEqual([
      { marker: 7, chunkId: null, quote: null, start: null, end: null, verified: false },
    ])
    expect(result.problems).toMatchObject([{ kind: 'UNKNOWN_MARKER', markers: [7] }])
  })

  it('reports a claim without a citation, and one that its passage does not support', () => {
    const result = validate('Bonn is lovely. Paris has 3,000,000 people [1]. Bonn lies in Germany [1].')
    expect(result.grounded).toBe(false)
    expect(result.problems.map((p) => [p.kind, p.missing])).toEqual([
      ['UNCITED_CLAIM', []],
      ['UNSUPPORTED_CLAIM', ['3000000']],
      ['UNSUPPORTED_CLAIM', ['Germany']],
    ])
    expect(result.citations).toMatchObject([{ marker: 1, verified: false }])
    expect(feedbackFor(result.problems)).toContain('does not contain 3000000')
    expect(feedbackFor([])).toBe('')
  })

  it('finds nothing to cite in a refusal', () => {
    expect(validate('The passages do not answer this.')).toEqual({
      grounded: true,
      citations: [],
      problems: [],
    })
  })

  it('quotes verbatim at the offsets it gives, verifies no more than it quotes, and is grounded only by citations', () => {
    const piece = fc.constantFrom(
      'Paris ',
      'lies in France',
      'has 2.1 million people',
      'not ',
      '.',
      '. ',
      ' [1]',
      '[2]',
      ' [3]',
      'Bonn ',
      '\n',
      '- ',
      '`x`',
      ', ',
      '？',
    )
    const word = fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 6 }))
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 20 }).map((p) => p.join('')),
        fc.array(word, { maxLength: 20 }).map((p) => p.join('')),
        fc.nat(1000),
        (text, source, start) => {
          const passage = passageOf(source, { start })
          const result = validateAnswer({ text, passages: [passage], analyze: simpleAnalyze })
          for (const c of result.citations) {
            if (c.verified) expect(c.quote).not.toBeNull()
            if (c.quote === null || c.start === null || c.end === null) continue
            expect(passage.text.slice(c.start - start, c.end - start)).toBe(c.quote)
          }
          const claims = result.problems.some((p) => p.kind !== 'UNKNOWN_MARKER')
          if (result.grounded) expect(claims).toBe(false)
        },
      ),
      { numRuns: 300 },
    )
  })
})
