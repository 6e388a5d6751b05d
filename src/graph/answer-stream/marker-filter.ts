import { markerAt } from '../grounding/markers.ts'
import { createCodeTracker } from './code-tracker.ts'
import { type StreamFilter, stepFilter } from './stream-filter.ts'

export interface MarkerFilter extends StreamFilter {
  /** The numbers that named no passage, in the order of the text. */
  readonly removed: readonly number[]
}

const opening = /[[【［]/
const run = /[^ \t[【［]+/y
/** Before these a blank looks lost. */
const closesUp = /[\s.,;:!?)\]}。、，；：！？）」』】》]/

/**
 * Leaves out citations that name no passage: `[9]` with the blank before it, and of `[1, 9]` the 9. Code stays as it
 * is. Where what is on both sides must not be joined, `[?]` is left.
 */
export function createMarkerFilter(known: ReadonlySet<number>): MarkerFilter {
  const removed: number[] = []
  const code = createCodeTracker()
  /** A blank that goes with the marker behind it. */
  let owed = ''
  let dropped = false
  let lineStart = true
  /** An opening bracket was let through that a marker may still begin with. */
  let bracket = false
  /** The text so far ends with a backtick. */
  let tick = false

  const emit = (text: string): string => {
    const out = owed + text
    owed = ''
    dropped = false
    if (out === '') return out
    code.push(out)
    for (const char of out) {
      if (opening.test(char)) bracket = true
      else if (/[\]】］.!?:()"]/.test(char)) bracket = false
    }
    lineStart = out.endsWith('\n')
    tick = out.endsWith('`')
    return out
  }

  const filter = stepFilter(
    (text, at, ended) => {
      const char = text[at] as string
      if (opening.test(char)) {
        const marker = markerAt(text, at, ended)
        if (marker === 'unknown') return null
        if (marker === null) return { take: 1, emit: emit(char) }
        const { length, markers } = marker
        const kept = markers.filter((n) => known.has(n))
        const stays = kept.length === markers.length || code.holds(text, at, owed.length, ended)
        if (stays === null) return null
        if (stays) return { take: length, emit: emit(text.slice(at, at + length)) }
        if (!ended && at + length === text.length) return null
        removed.push(...markers.filter((n) => !known.has(n)))
        if (kept.length > 0) return { take: length, emit: emit(`[${kept.join(', ')}]`) }
        const joins = bracket || (tick && owed === '' && text[at + length] === '`')
        if (joins) return { take: length, emit: emit('[?]') }
        dropped = true
        return { take: length, emit: '' }
      }
      if (char === ' ' || char === '\t') {
        // Of the blanks on both sides one stays, and none at the start of a line.
        const doubled = dropped && (owed !== '' || lineStart)
        if (doubled) owed = ''
        const before = emit('')
        if (!(doubled && lineStart)) owed = char
        return { take: 1, emit: before }
      }
      if (dropped && closesUp.test(char)) owed = ''
      run.lastIndex = at
      const plain = run.exec(text)?.[0] ?? char
      return { take: plain.length, emit: emit(plain) }
    },
    () => (dropped ? '' : owed),
  )
  return { ...filter, removed }
}
