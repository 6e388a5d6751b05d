import { describe, expect, test } from 'vitest'
import { FailureCode, FailureError } from '../../failure.ts'
import { parsePdf } from './parse-pdf.ts'
import { line, lines, makePdf, type PdfSpec } from './pdf.fixture.ts'

const parse = (spec: PdfSpec) => parsePdf(makePdf(spec))

/** kind, level and text of each block */
async function outline(spec: PdfSpec) {
  const { text, blocks } = await parse(spec)
  return Array.from(blocks, ({ kind, level, start, end }) => [
    `${kind}${level ?? ''}`,
    text.slice(start, end),
  ])
}

async function failure(bytes: Uint8Array) {
  const error = await parsePdf(bytes).catch((reason: unknown) => reason)
  if (error instanceof FailureError) return error.failure
  throw new Error('It did not fail as it should', { cause: error })
}

/** A line of 80 characters: all are as wide as each other. */
const wide = (begin: string, end = '') =>
  `${begin}${' and so on'.repeat(8)}`.slice(0, 80 - end.length).replace(/ $/, 'n') + end

describe('lines', () => {
  test('are put together by the places of their parts, with a space for a gap and a tab for a wide one', async () => {
    const page =
      line(72, 700, 'one') + line(95, 700, 'two') + line(113, 700, 'three') + line(300, 700, 'four')
    expect((await parse({ pages: [page] })).text).toBe('one twothree\tfour')
  })

  test('are in the order in which the page draws its columns', async () => {
    const left = lines(72, 700, ['a', 'b', 'c'])
    const right = lines(320, 700, ['d', 'e', 'f'])
    expect((await parse({ pages: [left + right] })).text.split(/\s+/)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
  })

  test('run as they are written on pages that are turned', async () => {
    const turned = 'BT /F1 10 Tf 0 1 -1 0 300 100 Tm (Turned by a quarter) Tj 0 -12 Td (second line) Tj ET'
    for (const rotation of [0, 90, 180, 270]) {
      const { text } = await parse({ pages: [turned], page: `/Rotate ${rotation}` })
      expect(text).toBe('Turned by a quarter second line')
    }
  })

  test('are there once where a font is made bold by drawing them twice', async () => {
    const { text } = await parse({ pages: [line(72, 700, 'Bold words') + line(72.3, 700, 'Bold words')] })
    expect(text).toBe('Bold words')
  })

  test('keep raised marks', async () => {
    const page = line(72, 700, 'A claim.') + line(120, 704, '3', 6)
    expect((await parse({ pages: [page] })).text).toBe('A claim.3')
  })
})

describe('paragraphs', () => {
  test('are parted by distance, by indentation, and not by the end of a line', async () => {
    const page =
      lines(72, 700, [wide('This'), wide('and this'), 'ends here.']) +
      line(84, 664, wide('Indented text')) +
      lines(72, 652, [wide('and this'), 'ends there.']) +
      lines(72, 600, [wide('Further down'), 'it ends.'])
    expect(await outline({ pages: [page] })).toEqual([
      ['paragraph', `${wide('This')} ${wide('and this')} ends here.`],
      ['paragraph', `${wide('Indented text')} ${wide('and this')} ends there.`],
      ['paragraph', `${wide('Further down')} it ends.`],
    ])
  })

  test('go on over the page where a sentence does, and begin on their first page', async () => {
    const pages = [
      lines(72, 100, [wide('First'), wide('the sentence')]),
      lines(72, 700, ['goes on here.', 'New.']),
    ]
    const { text, blocks } = await parse({ pages })
    expect(text).toBe(`${wide('First')} ${wide('the sentence')} goes on here.\nNew.`)
    expect(blocks).toEqual([{ kind: 'paragraph', start: 0, end: text.length, page: 1 }])
  })

  test('know their page', async () => {
    const { blocks } = await parse({ pages: [line(72, 700, 'One.'), '', line(72, 700, 'Three.')] })
    expect(Array.from(blocks, ({ page }) => page)).toEqual([1, 3])
  })

  test('of a list are its points', async () => {
    const page = lines(72, 700, ['It has:', '* one thing', '* another thing', '1. a first.', '2. a second'])
    expect((await outline({ pages: [page] })).map(([, text]) => text)).toEqual([
      'It has:',
      '* one thing',
      '* another thing\n1. a first.',
      '2. a second',
    ])
  })
})

describe('a hyphen at the end of a line', () => {
  test.each([
    ['goes where a word goes on in lower case', 'seven-', 'teen', '', 'seventeen'],
    ['stays before a capital', 'Anglo-', 'American', '', 'Anglo-American'],
    ['stays between digits', '1914-', '18', '', '1914-18'],
    ['stays before a conjunction', 'pre-', 'and post-war', '', 'pre- and post-war'],
    [
      'stays where the document writes it inside of a line',
      'self-',
      'evident',
      'Self-evident.',
      'self-evident',
    ],
  ])('%s', async (_, first, second, other, expected) => {
    const page = lines(72, 700, [wide('Begin', ` ${first}`), `${second} here.`]) + line(72, 500, other)
    expect((await parse({ pages: [page] })).text).toContain(` ${expected} here.`)
  })
})

describe('headings', () => {
  const body = Array.from({ length: 20 }, (_, index) => wide(`Line ${index}`))

  test('are what is larger than the body, by the rank of their size', async () => {
    const page = line(72, 760, 'The title', 20) + line(72, 730, 'A section', 14) + lines(72, 700, body)
    const [title, section, rest] = await outline({ pages: [page] })
    expect([title, section]).toEqual([
      ['heading1', 'The title'],
      ['heading2', 'A section'],
    ])
    expect(rest?.[0]).toBe('paragraph')
  })

  test('may have several lines', async () => {
    const page = line(72, 760, 'The title', 20) + line(72, 738, 'of it all', 20) + lines(72, 700, body)
    expect((await outline({ pages: [page] }))[0]).toEqual(['heading1', 'The title of it all'])
  })

  test('are none where most of the text is large', async () => {
    const page = lines(72, 760, ['Large words', 'and more of them'], 20) + line(72, 700, 'small')
    expect((await outline({ pages: [page] })).map(([kind]) => kind)).not.toContain('heading1')
  })
})

test('rows with gaps are a table', async () => {
  const rows = ['Name', 'Alice', 'Bob'].map((name, row) => line(72, 700 - 12 * row, name))
  const ages = ['Age', '31', '47'].map((age, row) => line(200, 700 - 12 * row, age))
  const page = rows.map((row, index) => row + ages[index]).join('')
  expect(await outline({ pages: [page] })).toEqual([['table', 'Name\tAge\nAlice\t31\nBob\t47']])
})

describe('running headers and page numbers', () => {
  const body = (page: number) =>
    lines(
      72,
      700,
      Array.from({ length: 30 }, (_, row) => wide(`On ${'abcdefghij'[page - 1]} line ${row}`)),
    )
  const book = (header: (page: number) => string, pages = 10) =>
    Array.from({ length: pages }, (_, index) => line(72, 760, header(index + 1)) + body(index + 1))

  test.each<[string, (page: number) => string]>([
    ['the same words', () => 'A running title'],
    ['a number that counts the pages', (page) => `Chapter ${page + 16}`],
    ['one for left and one for right pages', (page) => (page % 2 ? 'The book' : 'The chapter')],
  ])('are left out: %s', async (_, header) => {
    const { text } = await parse({ pages: book(header) })
    for (let page = 1; page <= 10; page += 1) expect(text).not.toMatch(new RegExp(`${header(page)}(?! line)`))
    expect(text).toContain('On g line 0 and')
  })

  test.each<[string, (page: number) => string, number]>([
    ['on few pages', () => 'A running title', 4],
    ['that tell of something else than the page', (page) => `Sold ${page * page}`, 10],
  ])('stay: those %s', async (_, header, pages) => {
    const { text } = await parse({ pages: book(header, pages) })
    for (let page = 1; page <= pages; page += 1) expect(text).toContain(header(page))
  })

  test('stay where they would be much of the text', async () => {
    const pages = Array.from(
      { length: 10 },
      (_, page) => line(72, 760, 'A form') + line(72, 700, `Value ${page}`),
    )
    expect((await parse({ pages })).text.match(/A form/g)).toHaveLength(10)
  })
})

describe('the title', () => {
  const page = line(72, 700, 'Some words') + line(72, 650, 'Large words', 20)

  test.each([
    ['is the stated one', '/Title (A good title)', 'A good title'],
    ['is not the name of a file', '/Title (Microsoft Word - draft7.doc)', 'Large words'],
    ['is not a name of nothing', '/Title (Untitled-1)', 'Large words'],
    ['is not blank', '/Title ( )', 'Large words'],
    ['is the largest line where none is stated', '', 'Large words'],
  ])('%s', async (_, info, expected) => {
    expect((await parse({ pages: [page], info })).title).toBe(expected)
  })
})

test('form fields show their values where they stand', async () => {
  const field = (name: string, rect: string, more: string) =>
    `<< /Type /Annot /Subtype /Widget /FT /Tx /F 4 /T (${name}) /Rect [${rect}] ${more} >>`
  const { text } = await parse({
    pages: [line(72, 700, 'Name:') + line(72, 650, 'City') + line(72, 500, 'End.')],
    page: '/Annots [101 0 R 102 0 R 103 0 R 104 0 R]',
    catalog: '/AcroForm << /Fields [101 0 R 102 0 R 103 0 R 104 0 R] >>',
    objects: {
      101: field('a', '110 696 300 710', '/V (Ada Lovelace)'),
      102: field('b', '72 630 300 645', '/V (London)'),
      103: field('c', '72 400 300 415', '/V (hunter2) /Ff 8192'),
      104: '<< /Type /Annot /Subtype /Widget /FT /Btn /F 4 /T (d) /Rect [72 300 82 310] /V /Yes /AS /Yes >>',
    },
  })
  expect(text.split(/\n+/)).toEqual(['Name: Ada Lovelace', 'City', 'London', 'End.'])
})

test('ligatures are letters, and what stands for no character is gone', async () => {
  const map = `/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange
    5 beginbfchar <41> <FB01> <42> <0000> <43> <D800> <44> <FEFB> <45> <00B2> endbfchar endcmap end`
  const { text } = await parse({
    pages: [line(72, 700, 'AxBxCxDxE')],
    objects: {
      4: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 100 0 R >>',
      100: { entries: '', data: Buffer.from(map) },
    },
  })
  expect(text.isWellFormed()).toBe(true)
  expect(text).not.toContain('\0')
  expect(text.startsWith('fix')).toBe(true)
  expect(text).toContain('لا')
  expect(text).toContain('²')
})

describe('a PDF without text is EMPTY', () => {
  test('and says that it looks scanned where it has images', async () => {
    const image = {
      entries:
        '/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray',
      data: Buffer.from([0]),
    }
    const scanned = await failure(makePdf({ pages: ['/X1 Do'], objects: { 100: image } }))
    expect(scanned).toMatchObject({ code: FailureCode.Empty, retryable: false })
    expect(scanned.message).toMatch(/scanned/)
  })

  test('and does not where it has none', async () => {
    const blank = await failure(makePdf({ pages: [''] }))
    expect(blank).toMatchObject({ code: FailureCode.Empty })
    expect(blank.message).not.toMatch(/scanned/)
  })
})

test.each([
  ['letters', 'a'],
  ['dots', '.'],
  ['digits', '1'],
  ['hyphens', 'a-'],
  ['brackets', '\\)'],
])('a line of 300,000 %s is read', async (_, unit) => {
  const page = `BT /F1 0.0001 Tf 12 TL 1 0 0 1 72 700 Tm (${unit.repeat(300_000)}) Tj T* (end) Tj ET`
  expect((await parse({ pages: [page] })).text.length).toBeGreaterThan(300_000)
})

test('a broken page costs itself', async () => {
  const { text } = await parse({
    pages: [line(72, 700, 'One.'), '', line(72, 700, 'Three.')],
    objects: { 12: '<< /Type /Page /Parent 2 0 R /Resources 3 0 R /Contents [13 0 R 12 0 R] >>', 13: '42' },
  })
  expect(text).toBe('One.\n\nThree.')
})

test('what is no PDF is UNREADABLE', async () => {
  expect(await failure(Buffer.from('Just words.'))).toMatchObject({ code: FailureCode.Unreadable })
})
