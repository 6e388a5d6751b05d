import { describe, expect, test } from 'vitest'
import { DocumentWriter } from './document-writer.ts'
import { MediaType } from './media-type.ts'
import { parseBytes } from './parse.fixture.ts'
import { TABLE_STYLES, TableText } from './table-text.ts'

const lines = async (text: string, type: string = MediaType.Csv) =>
  (await parseBytes(new TextEncoder().encode(text), type)).text.split('\n')

describe('a row', () => {
  test.each([
    ['commas', 'name,born\nAda,1815\n', ['name: Ada | born: 1815']],
    [
      'semicolons',
      'name;price\nTea;1,50\nMilk;2,30\n',
      ['name: Tea | price: 1,50', 'name: Milk | price: 2,30'],
    ],
    ['tabs', 'id\ttext\n1\ta, b\n', ['id: 1 | text: a, b']],
    ['quoted values', 'a,b\n"x, ""y""","two\nlines"\n', ['a: x, "y" | b: two lines']],
    ['CRLF and a byte order mark', '\ufeffa,b\r\n1,2\r\n', ['a: 1 | b: 2']],
    ['missing and spare values', 'a,b\n1\n1,2,3\n,2\n', ['a: 1', 'a: 1 | b: 2 | 3', 'b: 2']],
    ['a header without names', 'a,,c\n1,2,3\n', ['a: 1 | 2 | c: 3']],
    ['quotes that are none', 'size,x\n5" pipe,1\n"open,2\n', ['size: 5" pipe | x: 1', 'size: "open | x: 2']],
    ['only a header', 'a,b', ['a | b']],
    ['one column', 'word\none\ntwo', ['word: one', 'word: two']],
  ])('with %s stands for itself', async (_, text, expected) => {
    expect(await lines(text)).toEqual(expected)
  })

  test('of TSV may hold commas and quotes', async () => {
    expect(await lines('a\tb\n1,2,3\t"x\n', MediaType.Tsv)).toEqual(['a: 1,2,3 | b: "x'])
  })
})

test('headers that would multiply the text are not repeated', async () => {
  const text = `${'h'.repeat(100_000)}\n${'x\n'.repeat(100_000)}`
  const rows = await lines(text)
  expect(rows.length).toBe(100_001)
  expect(rows[1]).toBe('x')
})

test('headers that would multiply the text are a heading, and values keep their places below it', async () => {
  const names = Array.from({ length: 4 }, (_, at) => `${'long '.repeat(15)}name ${at}`)
  const table = `${names.join(',')}\n${'1,,3,\n'.repeat(10_000)}`
  const { text, blocks } = await parseBytes(new TextEncoder().encode(table), MediaType.Csv)
  const heading = names.join(' | ')
  expect(text.split('\n').slice(0, 4)).toEqual([heading, '', '1 |  | 3 |', '1 |  | 3 |'])
  expect(blocks).toEqual([
    { kind: 'heading', level: 1, start: 0, end: heading.length },
    { kind: 'table', start: heading.length + 2, end: text.length },
  ])
})

test('the shortest style is no longer than the table', () => {
  const style = TABLE_STYLES.at(-1)
  if (!style) throw new Error('There is no style.')
  const writer = new DocumentWriter()
  const table = new TableText(writer, style, 0)
  for (const row of [
    ['a', 'b', 'c'],
    ['1', '', '3'],
    ['', '2', ''],
  ])
    table.take(row)
  table.end()
  expect(writer.take(null).text).toBe('a\tb\tc\n\n1\t\t3\n\t2')
})

test('a table is one block of rows', async () => {
  const { blocks, text } = await parseBytes(new TextEncoder().encode('a,b\n1,2\n\n3,4\n'), MediaType.Csv)
  expect(blocks).toEqual([{ kind: 'table', start: 0, end: text.length }])
})
