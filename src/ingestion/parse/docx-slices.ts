const OPEN = 0x3c
const CLOSE = 0x3e
const SLASH = 0x2f
const MARK = 0x21
const BODY = '<w:body'
const BODY_END = '</w:body>'
/** What looks like a tag in them is none. */
const OPAQUE: readonly (readonly [begin: string, end: string])[] = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
]

/** Where each child of the body ends, what stands before it included. */
function* childEnds(xml: Buffer, from: number, to: number): Generator<number> {
  let depth = 0
  for (let open = xml.indexOf(OPEN, from); open >= 0 && open < to; ) {
    const opaque =
      xml[open + 1] === MARK &&
      OPAQUE.find(([begin]) => xml.toString('latin1', open, open + begin.length) === begin)
    const end = opaque ? opaque[1] : '>'
    const close = xml.indexOf(end, open) + end.length - 1
    if (close < open) return
    if (xml[open + 1] === SLASH) depth -= 1
    else if (!opaque && xml[close - 1] !== SLASH) depth += 1
    if (depth === 0) yield close + 1
    open = xml.indexOf(OPEN, close)
  }
}

/**
 * A Word document's XML as several documents, each with some of the body's children, of about `size` bytes: up to twice
 * as much where it would cut a list, and more where one child has more. All of it at once where it has no such body.
 */
export function* bodySlices(xml: Buffer, size: number): Generator<string> {
  const body = xml.indexOf(BODY)
  const from = body < 0 ? 0 : xml.indexOf(CLOSE, body) + 1
  const to = xml.lastIndexOf(BODY_END)
  if (from === 0 || to < from) {
    yield xml.toString('utf8')
    return
  }
  const head = xml.toString('utf8', 0, from)
  const tail = xml.toString('utf8', to)
  let start = from
  let end = from
  let before = { isItem: false, isOpen: false }
  for (const next of childEnds(xml, from, to)) {
    const child = xml.subarray(end, next)
    const isItem = child.includes('<w:numPr')
    const isCut = before.isOpen || (before.isItem && isItem)
    if (end - start >= size * (isCut ? 2 : 1)) {
      yield head + xml.toString('utf8', start, end) + tail
      start = end
    }
    // What is left of a paragraph whose end was deleted belongs to the next one.
    before = { isItem, isOpen: child.includes('<w:del ') }
    end = next
  }
  yield head + xml.toString('utf8', start, to) + tail
}
