import { expect, test } from 'vitest'
import { paragraph, table } from './docx.fixture.ts'
import { bodySlices } from './docx-slices.ts'

const HEAD = '<?xml version="1.0"?><w:document xmlns:w="x"><w:body>'
const TAIL = '</w:body></w:document>'
const item = (text: string) =>
  `<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>${paragraph(text)}</w:p>`

function bodies(children: readonly string[], size: number): string[] {
  const slices = [...bodySlices(Buffer.from(HEAD + children.join('') + TAIL), size)]
  for (const slice of slices) expect([slice.startsWith(HEAD), slice.endsWith(TAIL)]).toEqual([true, true])
  const inner = slices.map((slice) => slice.slice(HEAD.length, -TAIL.length))
  expect(inner.join('')).toBe(children.join(''))
  return inner
}

test('slices end between children of the body', () => {
  const children = [
    paragraph('Ä “one”'),
    table([['a', 'b']]),
    '<w:p/>',
    '<!-- <w:p> -->',
    paragraph('two'),
    '<w:sdt><w:sdtContent><w:p><w:r><w:t><![CDATA[<w:p>]]></w:t></w:r></w:p></w:sdtContent></w:sdt>',
  ]
  const ends = children.map((_, at) => children.slice(0, at + 1).join(''))
  const slices = bodies(children, 1)
  expect(slices.length).toBeGreaterThan(3)
  for (const [at] of slices.entries()) expect(ends).toContain(slices.slice(0, at + 1).join(''))
})

test('slices do not cut a list, unless it is long', () => {
  const list = ['one', 'two', 'three'].map(item)
  expect(bodies([paragraph('x'.repeat(200)), ...list, paragraph('y')], 450)).toHaveLength(2)
  expect(
    bodies(
      Array.from({ length: 100 }, () => item('x')),
      450,
    ).length,
  ).toBeGreaterThan(5)
})

test('what is left of a paragraph whose end was deleted stays with the next one', () => {
  const deleted = '<w:p><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr><w:r><w:t>one</w:t></w:r></w:p>'
  expect(bodies([deleted, paragraph('two'), paragraph('three')], deleted.length - 1)[0]).toContain('two')
})

test('without a body, all is one slice', () => {
  expect([...bodySlices(Buffer.from('<a><b/></a>'), 1)]).toEqual(['<a><b/></a>'])
})
