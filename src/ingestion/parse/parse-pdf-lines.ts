import type { TextRun } from './parse-pdf-runs.ts'

/**
 * A line of text on a page, in the frame of its own direction (TextRun). A line that is read from right to left is
 * mirrored, so that its `start` is where it begins to be read.
 */
export interface TextLine {
  readonly text: string
  /** From 1. */
  readonly page: number
  readonly start: number
  readonly end: number
  readonly baseline: number
  /** Of most of its characters, in points. */
  readonly size: number
  readonly angle: number
  /** Parts that wide gaps divide; `text` has a tab in each gap. */
  readonly cells: number
}

/** In sizes of the font. */
const BASELINE_TOLERANCE = 0.2
const RAISED = 0.55
const RAISED_GAP = 0.6
const WORD_GAP = 0.2
const CELL_GAP = 1.5

/** The lines of a page in the order in which it draws them, each put together by the places of its runs. */
export function* pageLines(runs: Iterable<TextRun>, page: number): Generator<TextLine> {
  let open: TextRun[] = []
  for (const run of runs) {
    if (open.length > 0 && run.text.trim() !== '' && !continues(open, run)) {
      const line = lineOf(open, page)
      if (line) yield line
      open = []
    }
    // A space has no place of its own where it was made up between two lines.
    if (open.length > 0 || run.text.trim() !== '') open.push(run)
  }
  const line = lineOf(open, page)
  if (line) yield line
}

function continues(line: readonly TextRun[], run: TextRun): boolean {
  const last = line.findLast(({ text }) => text.trim() !== '')
  if (!last || last.angle !== run.angle) return false
  const size = Math.max(last.size, run.size)
  const rise = Math.abs(run.baseline - last.baseline)
  if (rise <= BASELINE_TOLERANCE * size) return true
  const gap = Math.max(run.start - last.end, last.start - run.end)
  const smaller = Math.min(last.size, run.size) < 0.85 * size
  return smaller && rise <= RAISED * size && gap < RAISED_GAP * size
}

function lineOf(runs: readonly TextRun[], page: number): TextLine | null {
  const written = runs.filter(({ text }) => text.trim() !== '')
  const [first] = written
  if (!first) return null
  const rtl = isRightToLeft(written)
  const { text, cells } = joined(inReadingOrder(runs, rtl))
  const { size, baseline } = largestShare(written)
  const left = written.reduce((least, { start }) => Math.min(least, start), first.start)
  const right = written.reduce((most, { end }) => Math.max(most, end), first.end)
  const [start, end] = rtl ? [-right, -left] : [left, right]
  return { text, page, start, end, baseline, size, angle: first.angle, cells }
}

function isRightToLeft(runs: readonly TextRun[]): boolean {
  return runs.reduce((sum, { rtl, text }) => sum + (rtl ? text.length : -text.length), 0) > 0
}

/** Left to right; in a line of mostly Arabic or Hebrew the other way, but for what in it runs to the right. */
function inReadingOrder(runs: readonly TextRun[], rtl: boolean): readonly TextRun[] {
  const ordered = isOrdered(runs) ? [...runs] : runs.toSorted((one, other) => one.start - other.start)
  if (!rtl) return ordered
  ordered.reverse()
  const result: TextRun[] = []
  let stretch: TextRun[] = []
  for (const run of ordered) {
    const blank = run.text.trim() === ''
    if (!run.rtl && (!blank || stretch.length > 0)) stretch.push(run)
    else {
      result.push(...turned(stretch), run)
      stretch = []
    }
  }
  return [...result, ...turned(stretch)]
}

/** Blank edges stay between the stretch and its neighbours. */
function turned(stretch: TextRun[]): TextRun[] {
  const blanks: TextRun[] = []
  while (stretch.at(-1)?.text.trim() === '') blanks.push(...stretch.splice(-1))
  return [...stretch.reverse(), ...blanks]
}

function isOrdered(runs: readonly TextRun[]): boolean {
  return runs.every((run, index) => index === 0 || run.start >= (runs[index - 1]?.start ?? 0))
}

function joined(runs: readonly TextRun[]): { text: string; cells: number } {
  const parts: string[] = []
  let cells = 1
  let last: TextRun | null = null
  let space = false
  for (const run of runs) {
    const words = run.text.trim()
    if (words === '') {
      space = true
      continue
    }
    if (last) {
      const gap = Math.max(run.start - last.end, last.start - run.end)
      const size = Math.max(last.size, run.size)
      if (gap > CELL_GAP * size) {
        parts.push('\t')
        cells += 1
      } else if (space || /^\s/.test(run.text) || gap > WORD_GAP * size) parts.push(' ')
    }
    parts.push(words)
    space = /\s$/.test(run.text)
    last = run
  }
  return { text: parts.join(''), cells }
}

/** The size that most characters have, with the baseline of the first of them. */
function largestShare(runs: readonly TextRun[]): TextRun {
  const shares = new Map<number, { run: TextRun; characters: number }>()
  for (const run of runs) {
    const key = Math.round(run.size * 4)
    const share = shares.get(key) ?? { run, characters: 0 }
    share.characters += run.text.length
    shares.set(key, share)
  }
  return [...shares.values()].reduce((most, share) => (share.characters > most.characters ? share : most)).run
}
