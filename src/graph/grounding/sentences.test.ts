import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sentencesOf } from './sentences.ts'

const texts = (text: string) => sentencesOf(text).map((s) => s.text)

describe('sentencesOf', () => {
  it.each<[string, string[]]>([
    ['Use a tool, e.g. Git. It works.', ['Use a tool, e.g. Git.', 'It works.']],
    ['Dr. Smith paid 3.5 dollars. He left.', ['Dr. Smith paid 3.5 dollars.', 'He left.']],
    ['J. R. R. Tolkien wrote it. See Fig. 3. Done.', ['J. R. R. Tolkien wrote it.', 'See Fig. 3.', 'Done.']],
    [
      'The U.S. Army came. He lives in the U.S. The end.',
      ['The U.S. Army came.', 'He lives in the U.S.', 'The end.'],
    ],
    [
      'It is <abbr title="Input: disk. Output: net.">I/O</abbr> bound. Next.',
      ['It is <abbr title="Input: disk. Output: net.">I/O</abbr> bound.', 'Next.'],
    ],
    ['He said no. Five left. No. 5 came.', ['He said no.', 'Five left.', 'No. 5 came.']],
    ['"Stop!" he said. Then he left.', ['"Stop!" he said.', 'Then he left.']],
    [
      'Call `app.get`. It reads https://a.example/b.C?d. Good.',
      ['Call `app.get`.', 'It reads https://a.example/b.C?d.', 'Good.'],
    ],
    [
      '東京は首都です。人口は多い！「はい。」と言った。次',
      ['東京は首都です。', '人口は多い！', '「はい。」と言った。', '次'],
    ],
    ['北京是首都。人口多吗？多！', ['北京是首都。', '人口多吗？', '多！']],
    [
      'Am 3. Oktober 1990 geschah es, z. B. in Berlin. Das war gut.',
      ['Am 3. Oktober 1990 geschah es, z. B. in Berlin.', 'Das war gut.'],
    ],
    [
      'В 1990 г. Москва росла, т. е. менялась. Потом нет.',
      ['В 1990 г. Москва росла, т. е. менялась.', 'Потом нет.'],
    ],
  ])('splits %s', (text, expected) => expect(texts(text)).toEqual(expected))

  it('divides headings, items, rows and paragraphs, and keeps a fenced block whole', () => {
    const text =
      '# Title\nIntro here\n\n- one. Two\n- three\n1. Four\n\n| a | b |\n|---|---|\n| c | d |\n```py\nx = 1. \n\ny\n```\nEnd.'
    expect(sentencesOf(text).map((s) => [s.kind, s.text])).toEqual([
      ['heading', '# Title'],
      ['prose', 'Intro here'],
      ['item', '- one.'],
      ['item', 'Two'],
      ['item', '- three'],
      ['item', '1. Four'],
      ['row', '| a | b |'],
      ['markup', '|---|---|'],
      ['row', '| c | d |'],
      ['code', '```py\nx = 1. \n\ny\n```'],
      ['prose', 'End.'],
    ])
  })

  it('joins lines that the page broke and keeps lines that the author ended', () => {
    const wrapped =
      'The quick brown fox jumps over the lazy dog and\nNew York has many of these animals in its parks.\nShort title\nText follows.'
    expect(texts(wrapped)[0]).toBe(
      'The quick brown fox jumps over the lazy dog and\nNew York has many of these animals in its parks.',
    )
    expect(texts('Alice\nBob\nCarol')).toEqual(['Alice', 'Bob', 'Carol'])
  })

  it('reads an underlined line as a heading and an unclosed fence to the end', () => {
    expect(sentencesOf('Title\n=====\nText.').map((s) => s.kind)).toEqual(['heading', 'prose'])
    expect(texts('A.\n```\ncode. More\n\nmore')).toEqual(['A.', '```\ncode. More\n\nmore'])
  })

  it('cuts Thai at new lines, and long Thai at spaces between its letters only', () => {
    expect(texts('กรุงเทพเป็นเมืองหลวง\nมีประชากร 5.5 ล้านคน')).toEqual([
      'กรุงเทพเป็นเมืองหลวง',
      'มีประชากร 5.5 ล้านคน',
    ])
    const clause = 'กรุงเทพมหานครเป็นเมืองหลวงของประเทศไทยและเป็นเมืองที่ใหญ่ที่สุดในประเทศ'.repeat(2)
    expect(texts(`${clause} ${clause} 308 คะแนน`)).toEqual([clause, `${clause} 308 คะแนน`])
  })

  it('yields trimmed verbatim spans in order that leave out only white space', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom(
        '\n',
        '\r\n',
        '\n\n',
        '. ',
        '。',
        '```',
        '`',
        '- ',
        '1. ',
        '# ',
        '| a |',
        '[1]',
        '(',
        '「',
        'Dr.',
        'ไทย ',
        'Word',
        'word ',
      ),
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 25 }).map((parts) => parts.join('')),
        (text) => {
          let at = 0
          for (const s of sentencesOf(text)) {
            expect(text.slice(at, s.start).trim()).toBe('')
            expect(text.slice(s.start, s.end)).toBe(s.text)
            expect(s.text.trim()).toBe(s.text)
            expect(s.text).not.toBe('')
            at = s.end
          }
          expect(text.slice(at).trim()).toBe('')
        },
      ),
    )
  })

  it('takes linear time on hostile input', () => {
    const began = performance.now()
    for (const hostile of ['[', '`', '](', '|', '- ', '. ', '\n', '<a ', '{* ', '_ ', '='])
      sentencesOf(hostile.repeat(20_000))
    expect(performance.now() - began).toBeLessThan(5_000)
  })
})
