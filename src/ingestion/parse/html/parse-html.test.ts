import { describe, expect, test } from 'vitest'
import { SourceBytes } from '../source-bytes.ts'
import { writeHtml } from './parse-html.ts'

const parseBytes = (bytes: Uint8Array) => {
  const { writer, title } = writeHtml(new SourceBytes(bytes))
  const document = writer.take(title)
  return { ...document, blocks: [...document.blocks] }
}
const parse = (html: string) => parseBytes(new TextEncoder().encode(html))
const outline = (html: string) => {
  const { text, blocks } = parse(html)
  return blocks.map(({ kind, level, start, end }) => `${kind}${level ?? ''}: ${text.slice(start, end)}`)
}
const prose = 'A sentence that says something about the matter at hand, as articles do. '.repeat(8)

describe('the blocks of a page', () => {
  test('are headings, paragraphs, lists, code and tables', () => {
    expect(
      outline(`<!DOCTYPE html><html><head><title>T</title><style>p{}</style></head><body>
        <h1>One<a class="headerlink" href="#one">¶</a></h1><p>Some <b>bold</b> &amp; <a href="x">linked</a>
        text&nbsp;here.<br>Next&shy;line</p>loose text
        <ul><li>a<li>b<ol><li>c<p>more</p></ol></ul><dl><dt>term<dd>meaning</dl>
        <pre><code>if (a &lt; b) {
    run()
}
</code></pre>
        <p>Cited <a href="#1">§</a> and <a href="#2">linked §</a></p><h3>Sub<br>title</h3><table><caption>Prices</caption><tr><th>Name<th>Price<tr><td>Tea<td>1 <p>Euro</p></table>
        <script>var x = "<p>no</p>"</script></body></html>`),
    ).toEqual([
      'heading1: One',
      'paragraph: Some bold & linked text here.\nNextline',
      'paragraph: loose text',
      'list: - a\n- b\n  1. c\n    more',
      'paragraph: term',
      'paragraph: meaning',
      'code: if (a < b) {\n    run()\n}',
      'paragraph: Cited and linked §',
      'heading3: Sub title',
      'paragraph: Prices',
      'table: Name | Price\nTea | 1 Euro',
    ])
  })

  test('keep the rows of code that is built of elements, without line numbers', () => {
    expect(
      outline(
        '<table class="highlighttable"><tr><td class="linenos"><pre>1\n2</pre><td class="code"><pre>\n<div>a()</div><div>  b()</div></pre></table>',
      ),
    ).toEqual(['code: a()\n  b()'])
  })

  test('of a table that lays out a page are those in its cells', () => {
    expect(outline('<table><tr><td><h2>Left</h2><p>text<td><table><tr><td>a<td>b</table></table>')).toEqual([
      'heading2: Left',
      'paragraph: text',
      'table: a | b',
    ])
  })

  test('have no empty cells at the edge of a row, and no empty rows', () => {
    expect(outline('<table><tr><td> <td><tr><td>a<td><td>c</table>')).toEqual(['table: a |  | c'])
  })
})

describe('boilerplate', () => {
  const shell = (content: string) => `<!doctype html><html><body>
    <a class="skip" href="#c">Skip to content</a>
    <header><a href="/">Site</a><h1>Banner</h1></header>
    <nav><ul><li><a href="/a">Home</a><li><a href="/b">Docs</a></ul></nav>
    <div id="cookie-banner"><p>We use cookies and much more text about it to be long.</p><button>OK</button></div>
    ${content}
    <aside><h2>Related</h2><p>Something else to read.</p></aside>
    <div hidden>hidden words</div><div style="display: none">unseen words</div><p aria-hidden="true">icon</p>
    <form role="search"><label>Search</label><input value="v"></form>
    <footer>© 2024 <a href="/i">Imprint</a></footer><noscript>Turn it on</noscript></body></html>`

  test('is left out around the main part', () => {
    expect(parse(shell(`<main><h1>Title</h1><p>Content.</p></main>`)).text).toBe('Title\n\nContent.')
    expect(parse(shell(`<div role="main"><p>Content.</p></div>`)).text).toBe('Content.')
    expect(parse(shell(`<article><header><h1>Title</h1></header><p>${prose}</p></article>`)).text).toBe(
      `Title\n\n${prose.trim()}`,
    )
  })

  test('is left out where no main part is named', () => {
    expect(parse(shell(`<div><h1>Title</h1><p>${prose}</p></div>`)).text).toBe(`Title\n\n${prose.trim()}`)
  })

  test('that only looks like it goes where Readability would drop it, too', () => {
    const links = (count: number) =>
      Array.from({ length: count }, (_, n) => `<li><a href="/${n}">Topic ${n}</a>`).join('')
    const page = `<!doctype html><html><head><title>T</title></head><body><div class="sidebar"><h3>Topics</h3><ul>${links(30)}</ul></div>
      <div class="content"><h1>Title</h1>${`<p>${prose}</p>`.repeat(6)}<ul><li>Not a link</ul></div></body></html>`
    const { text } = parse(page)
    expect(text).not.toMatch(/Topic/)
    expect(text).toMatch(/^Title\n\nA sentence/)
    expect(text).toContain('- Not a link')
  })

  test('is content where the page is a list of links', () => {
    const page = `<html><body><h1>Index</h1><ul>${'<li><a href="/x">An entry</a>'.repeat(20)}</ul></body></html>`
    expect(parse(page).text).toContain('- An entry\n- An entry')
  })

  test('is content where there is nothing else, and so is what is hidden', () => {
    expect(parse('<body><nav><a href="/">Home</a></nav></body>').text).toBe('Home')
    expect(parse('<body><div style="display:none">Loading</div></body>').text).toBe('Loading')
    expect(parse('<body style="visibility:hidden"><p>AMP').text).toBe('AMP')
  })

  test('is no note in the text, no form around a page, and no small article beside the text', () => {
    const { text } = parse(
      `<body><form action="/"><h1>Title</h1><p>${prose}</p><aside class="admonition warning">Take care.</aside>
       <table><tr><td>a<td>b</table></form><article>A teaser</article></body>`,
    )
    expect(text).toContain('Title')
    expect(text).toContain('Take care.')
    expect(text).toContain('a | b')
  })
})

describe('the title of a page', () => {
  test.each([
    ['<title> A &amp;\n B </title><h1>C</h1>', 'A & B'],
    ['<meta property="og:title" content="Shared"><h1>C</h1>', 'Shared'],
    ['<svg><title>Icon</title></svg><h1>C <i>d</i></h1>', 'C d'],
    ['<p>x', null],
  ])('of %s is %s', (html, title) => {
    expect(parse(html).title).toBe(title)
  })
})

describe('the encoding of a page', () => {
  const bytes = (html: string) => Buffer.from(html, 'latin1')
  test.each([
    ['told by meta', bytes('<meta charset="shift_jis"><p>\x83e\x83X\x83g'), 'テスト'],
    [
      'told in the old way',
      bytes('<meta http-equiv=Content-Type content="text/html; charset=iso-8859-5"><p>\xbf\xe0'),
      'Пр',
    ],
    ['told by XML', bytes('<?xml version="1.0" encoding="koi8-r"?><html><body><p>\xf0'), 'П'],
    ['not told, windows-1252', bytes('<p>a caf\xe9 with \x93quotes\x94'), 'a café with “quotes”'],
    ['not told, UTF-8', new TextEncoder().encode('<p>café'), 'café'],
    ['told wrongly', new TextEncoder().encode('\ufeff<meta charset=shift_jis><p>café'), 'café'],
    ['unknown', new TextEncoder().encode('<meta charset=nonsense><p>café'), 'café'],
    ['UTF-16', Buffer.from('\ufeff<p>café', 'utf16le'), 'café'],
  ])('%s', (_, source, text) => {
    expect(parseBytes(source).text).toBe(text)
  })
})

test('tags that stand too deep are left out, their text is not', () => {
  const { text } = parse(
    `<main>${'<div>'.repeat(5_000)}deep<p>er</p>${'</div>'.repeat(5_000)}<h2>after</h2></main>`,
  )
  expect(text.replace(/\s+/g, ' ')).toBe('deep er after')
})

test('a comparison in a script does not count as a tag', () => {
  const { blocks } = parse(`<script>${'if (a<b) c();'.repeat(5_000)}</script><h2>Title</h2><p>text`)
  expect(blocks.map(({ kind }) => kind)).toEqual(['heading', 'paragraph'])
})
