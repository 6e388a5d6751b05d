import type { TextContent, TextItem } from 'pdfjs-dist/types/src/display/api.js'
import { pdfText } from './parse-pdf-text.ts'

/**
 * A stretch of text in one font, in the frame of its own direction: whichever way it is turned on the page, `start` to
 * `end` is along the line and `baseline` grows upwards. All in points.
 */
export interface TextRun {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly baseline: number
  readonly size: number
  /** Whole degrees, counter-clockwise, -180 to 180; runs are comparable only where it is the same. */
  readonly angle: number
  readonly rtl: boolean
}

/** The runs of a page in the order in which it draws them. Blank ones tell of spaces between words. */
export function* pageRuns({ items, styles }: TextContent): Generator<TextRun> {
  let before: TextRun | null = null
  for (const item of items) {
    if (!('str' in item) || item.str === '') continue
    const run = runOf(item, styles[item.fontName]?.vertical === true)
    if (!run || (before && isShadow(run, before))) continue
    before = run
    yield run
  }
}

function runOf(item: TextItem, vertical: boolean): TextRun | null {
  const [a, b, c, d, x, y] = item.transform as [number, number, number, number, number, number]
  const advance = Math.hypot(a, b)
  // Vertical writing runs down the page, and its lines go on to the left: as a line that is turned clockwise.
  const turned = (Math.atan2(b, a) * 180) / Math.PI - (vertical ? 90 : 0)
  const angle = Math.round(turned < -180 ? turned + 360 : turned)
  const radians = (angle * Math.PI) / 180
  const [along, across] = [Math.cos(radians), Math.sin(radians)]
  const start = x * along + y * across
  const baseline = y * along - x * across
  const size = advance > 0 ? Math.abs(a * d - b * c) / advance : 0
  const text = pdfText(item.str)
  if (text === '' || ![start, baseline, size, item.width].every(Number.isFinite)) return null
  const length = Math.abs(vertical ? item.height : item.width)
  return { text, start, end: start + length, baseline, size, angle, rtl: item.dir === 'rtl' }
}

/** Bold or a shadow made by drawing the same text twice, a little apart. */
function isShadow(run: TextRun, before: TextRun): boolean {
  const near = run.size * 0.15
  return (
    run.text === before.text &&
    run.angle === before.angle &&
    run.text.trim() !== '' &&
    Math.abs(run.start - before.start) < near &&
    Math.abs(run.baseline - before.baseline) < near
  )
}
