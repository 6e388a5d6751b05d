// Shows an answer, its sources and what it stands on. Text of documents and models becomes text nodes only;
// the page's policy (src/server/pages.ts) forbids HTML from strings altogether.

import { element, number, plural } from './dom.js'

/** What is shown of a passage. */
export const passage = 'text start end page headings document { title }'

const inline =
  /\n*```[^\n]*\n([\s\S]*?)(?:```\n*|$)|`([^`\n]+)`|\*\*([^*[\n]+)\*\*|\[(\d{1,3}(?:\s?[,–-]\s?\d{1,3})*)\](?!\()/g

/** Code, emphasis and markers of an answer; everything else stays as it was written. */
function* nodesOf(text, turn) {
  const seen = new Set()
  let at = 0
  for (const match of text.matchAll(inline)) {
    const [whole, block, code, strong, markers] = match
    if (match.index > at) yield document.createTextNode(text.slice(at, match.index))
    at = match.index + whole.length
    if (block !== undefined) yield element('pre', {}, block)
    else if (code) yield element('code', {}, code)
    else if (strong) yield element('strong', {}, strong)
    for (const marker of markers?.match(/\d+/g) ?? []) {
      const source = turn.sources.get(Number(marker))
      const id = seen.has(marker) ? '' : `${source?.id}-marker`
      yield source
        ? element('a', { href: `#${source.id}`, id }, `[${marker}]`)
        : document.createTextNode(`[${marker}]`)
      seen.add(marker)
    }
  }
  if (at < text.length) yield document.createTextNode(text.slice(at))
}

/** Nodes that stay the same are left alone: a focus or a selection survives. */
export function showAnswer(turn, text) {
  turn.text = text
  const nodes = [...nodesOf(text, turn)]
  for (const [i, node] of nodes.entries()) {
    const old = turn.answer.childNodes[i]
    if (!old) turn.answer.append(node)
    else if (!old.isEqualNode(node)) old.replaceWith(node)
  }
  while (turn.answer.childNodes.length > nodes.length) turn.answer.lastChild.remove()
}

export function addSource(turn, marker, { document: { title }, headings, page }) {
  const way = [...headings.filter((heading) => heading !== title), ...(page ? [`page ${page}`] : [])]
  const source = element('li', { id: `${turn.id}-source-${marker}`, tabIndex: -1 })
  source.append(element('p', { className: 'title' }, element('b', {}, `[${marker}]`), ` ${title}`))
  if (way.length > 0) source.append(element('p', { className: 'way' }, way.join(' › ')))
  turn.sources.set(marker, source)
  turn.list.append(source)
}

export function addQuote(turn, { marker, chunk, quote, start, end, verified }) {
  if (chunk && !turn.sources.has(marker)) addSource(turn, marker, chunk)
  const source = turn.sources.get(marker)
  if (!source) return
  if (!source.classList.contains('cited')) {
    source.classList.add('cited')
    const back = {
      className: 'back',
      href: `#${source.id}-marker`,
      ariaLabel: `Back to [${marker}] in the answer`,
    }
    source.firstChild.append(element('a', back, '↩'))
  }
  if (!chunk || quote === null) return source.append(element('p', {}, 'Its document was deleted.'))
  const [from, to] = [start - chunk.start, end - chunk.start]
  const marked = [
    chunk.text.slice(0, from),
    element('mark', {}, chunk.text.slice(from, to)),
    chunk.text.slice(to),
  ]
  const doubt = element('p', { className: 'doubtful' }, 'Not verified: it may not bear out what cites it.')
  source.append(
    element('blockquote', {}, quote),
    ...(verified ? [] : [doubt]),
    element(
      'details',
      {},
      element('summary', {}, `Characters ${number.format(start)}–${number.format(end)}, in the passage`),
      element('p', { className: 'passage' }, ...marked),
    ),
  )
}

/** Whether the answer stands on the documents, and who wrote it: a kind and a sentence. */
export function verdictOn({ grounded, finishReason, model, citations, removedCitations, removedLinks }) {
  if (finishReason === 'NO_EVIDENCE') return ['none', 'No passage supports an answer, and none was made up']
  const notes = [
    finishReason === 'LENGTH' && 'cut at the token limit',
    removedCitations > 0 && `${plural(removedCitations, 'marker')} without a passage taken out`,
    removedLinks > 0 && `${plural(removedLinks, 'link')} of no passage taken out`,
    model === 'extractive' ? 'sentences of the documents, no model' : model,
  ].filter(Boolean)
  const [kind, ground] = groundOf(finishReason, grounded, citations)
  return [kind, [ground, ...notes].join(' · ')]
}

function groundOf(finishReason, grounded, citations) {
  if (finishReason === 'CANCELLED')
    return ['failed', 'Stopped: what was written by then, and not checked as a whole']
  if (!grounded) return ['doubtful', 'Not fully grounded: check what has no verified marker']
  if (citations.length === 0) return ['none', 'It claims nothing that a passage would have to support']
  return ['grounded', 'Grounded: every claim cites a passage']
}
