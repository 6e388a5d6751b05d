import { blankMarkers } from './markers.ts'
import type { Passage } from './passage.ts'

const fence = /^\s*(?:`{3,}|~{3,})\s*[\w+#.-]{0,30}\s*$/
const around = /^[\s\p{P}\p{S}]+|[\s\p{P}\p{S}]+$/gu

/**
 * Whether each line of a block of code or of a list of sources stands in one of the passages, its title or its headings:
 * it states nothing that a marker could vouch for, so it must repeat.
 */
export function repeats(text: string, passages: readonly Passage[]): boolean {
  const known = passages.map(({ title, headings, text }) => plain([title, ...headings, text].join('\n')))
  return text.split('\n').every((line) => {
    if (fence.test(line)) return true
    const said = plain(blankMarkers(line)).replace(around, '')
    return known.some((passage) => passage.includes(said))
  })
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').toLowerCase()
}
