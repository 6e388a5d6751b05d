/** Just enough Markdown for files of another format with the same text and headings. */
interface Part {
  /** 0: no heading. */
  readonly level: number
  readonly isCode: boolean
  readonly text: string
}

function* parts(markdown: string): Generator<Part> {
  for (const [index, stretch] of markdown.split(/^```.*$/m).entries()) {
    const isCode = index % 2 === 1
    for (const text of isCode ? [stretch] : stretch.split(/\n{2,}/)) {
      const [, marks = '', words = text] = (!isCode && /^(#{1,6}) +(.*)$/s.exec(text.trim())) || []
      if (words.trim() !== '') yield { level: marks.length, isCode, text: words.trim() }
    }
  }
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** A page with a main part and what surrounds one. */
export function asHtml(markdown: string): string {
  const body = Array.from(parts(markdown), ({ level, isCode, text }) => {
    const tag = isCode ? 'pre' : level > 0 ? `h${level}` : 'p'
    return `<${tag}>${escaped(text)}</${tag}>`
  })
  const around = '<nav><a href="/">Home</a> <a href="/docs">Documentation</a></nav>'
  return `<!doctype html><html><body>${around}<main><article>${body.join('\n')}</article></main></body></html>`
}

/** The body of a Word document. */
export function asWordXml(markdown: string): string {
  return Array.from(parts(markdown), ({ level, text }) => {
    const style = level > 0 ? `<w:pPr><w:pStyle w:val="Heading${level}"/></w:pPr>` : ''
    // XML takes no control characters.
    const words = escaped(text).replace(/[^\P{Cc}\n\t]/gu, ' ')
    return `<w:p>${style}<w:r><w:t xml:space="preserve">${words}</w:t></w:r></w:p>`
  }).join('')
}
