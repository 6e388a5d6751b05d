import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { markersOf } from './markers.ts'
import { plainText } from './plain.ts'

describe('plainText', () => {
  it.each([
    ['## Path Parameters { #path-parameters }', 'Path Parameters'],
    ['Open [the docs](https://a.example/b_(c)) **now**, _please_.', 'Open the docs now, please.'],
    [
      'The value of `item_id` and __init__ stays: item_id, 2*3*4.',
      'The value of item_id and init stays: item_id, 2*3*4.',
    ],
    ['- [x] Done with **it**', 'Done with it'],
    ['1. First step.', 'First step.'],
    ['/// tip | Good to know', 'Good to know'],
    ['!!! note "Mind this"', 'Mind this'],
    ['/// tip', ''],
    ['{* ../../docs_src/a.py hl[6:7] *}', ''],
    ['> [!NOTE]', ''],
    ['> Quoted words', 'Quoted words'],
    ['Use <abbr title="Enumeration">`Enum`</abbr> &amp; List<int>.', 'Use Enum & List<int>.'],
    ['| `a` | b |', 'a | b'],
    ['Born in Ulm.[3][4]', 'Born in Ulm.'],
    ['Read `a[1]` first.', 'Read `a[1]` first.'],
    ['It was broken\nby the page.', 'It was broken by the page.'],
    ['東京は**首都**です。', '東京は首都です。'],
    ['```py\nx = 1\n```', 'x = 1'],
    ['Costs 5 * 3 and a_b_c.', 'Costs 5 * 3 and a_b_c.'],
  ])('%s', (markdown, plain) => expect(plainText(markdown)).toBe(plain))

  it('leaves plain words alone and never leaves something that reads as a citation', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[\p{L}]{1,8}$/u), { maxLength: 8 }), (words) => {
        expect(plainText(words.join(' '))).toBe(words.join(' '))
      }),
    )
    const piece = fc.constantFrom(
      '[1]',
      '[',
      ']',
      '1',
      '`',
      'a',
      ' ',
      '【2】',
      '[^3]',
      '(',
      ')',
      '**',
      '\n',
      '\\',
      '[2, 3]',
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 14 }).map((p) => p.join('')),
        (text) => {
          expect(markersOf(plainText(text))).toEqual([])
        },
      ),
      { numRuns: 500 },
    )
  })
})
