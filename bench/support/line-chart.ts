/** A chart as SVG: panels beside each other, lines with points, one key for all. */
export interface Chart {
  readonly title: string
  readonly panels: readonly Panel[]
  readonly x: Axis
  readonly y: Axis
}

export interface Axis {
  readonly label: string
  /** Ascending; the ends are those of the axis. */
  readonly ticks: readonly number[]
  /** Where a value stands on it; equal distances are equal steps. */
  scale(value: number): number
  text(value: number): string
}

export interface Panel {
  readonly title: string
  readonly lines: readonly Line[]
}

export interface Line {
  /** The same name has the same colour in every panel. */
  readonly name: string
  readonly points: readonly { readonly x: number; readonly y: number; readonly label?: string }[]
  /** Its points show their labels. */
  readonly labelled?: boolean
}

const colours = ['#1b6ca8', '#d1495b', '#2e8b57', '#8a5cb8', '#c77800', '#555555', '#00889b', '#a0522d']
const panelWidth = 400
const panelHeight = 320
const gap = 70
const margin = { top: 70, left: 70, bottom: 60 }
const keyRow = 22
const keyWidth = 320

export function drawChart({ title, panels, x, y }: Chart): string {
  const names = [...new Set(panels.flatMap(({ lines }) => lines.map(({ name }) => name)))]
  const colourOf = (name: string) => colours[names.indexOf(name) % colours.length] ?? '#000'
  const width = margin.left + panels.length * (panelWidth + gap)
  const keyColumns = Math.max(1, Math.floor((width - margin.left) / keyWidth))
  const keyTop = margin.top + panelHeight + margin.bottom
  const height = keyTop + Math.ceil(names.length / keyColumns) * keyRow + 16
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="#222" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(margin.left, 26, title, 'font-size="16" font-weight="600"'),
    ...panels.map((panel, index) => {
      const left = margin.left + index * (panelWidth + gap)
      return `<g transform="translate(${left} ${margin.top})">${drawPanel(panel, x, y, colourOf)}</g>`
    }),
    ...names.map((name, index) => {
      const left = margin.left + (index % keyColumns) * keyWidth
      const top = keyTop + Math.floor(index / keyColumns) * keyRow
      return `<rect x="${left}" y="${top - 5}" width="22" height="4" fill="${colourOf(name)}"/>${text(left + 30, top, name)}`
    }),
    '</svg>',
  ]
  return `${parts.join('\n')}\n`
}

function drawPanel(panel: Panel, x: Axis, y: Axis, colourOf: (name: string) => string): string {
  const across = position(x, panelWidth)
  const up = (value: number) => panelHeight - position(y, panelHeight)(value)
  const grid = '<path stroke="#ddd" d="'
  return [
    text(0, -14, panel.title, 'font-weight="600"'),
    ...x.ticks.map((tick) => {
      const at = across(tick)
      return `${grid}M${at} 0V${panelHeight}"/>${text(at, panelHeight + 18, x.text(tick), 'text-anchor="middle"')}`
    }),
    ...y.ticks.map((tick) => {
      const at = up(tick)
      return `${grid}M0 ${at}H${panelWidth}"/>${text(-8, at + 4, y.text(tick), 'text-anchor="end"')}`
    }),
    text(panelWidth / 2, panelHeight + 38, x.label, 'text-anchor="middle"'),
    `<g transform="translate(-52 ${panelHeight / 2}) rotate(-90)">${text(0, 0, y.label, 'text-anchor="middle"')}</g>`,
    ...panel.lines.map((line) => drawLine(line, across, up, colourOf(line.name))),
  ].join('\n')
}

function drawLine(
  { points, labelled = false }: Line,
  across: (value: number) => number,
  up: (value: number) => number,
  colour: string,
): string {
  const places = points.map((point) => ({ ...point, left: across(point.x), top: up(point.y) }))
  const path = places.map(({ left, top }, index) => `${index === 0 ? 'M' : 'L'}${left} ${top}`).join('')
  return [
    `<path fill="none" stroke="${colour}" stroke-width="1.8" d="${path}"/>`,
    ...places.map(({ left, top }) => `<circle cx="${left}" cy="${top}" r="3" fill="${colour}"/>`),
    ...places
      .filter(({ label }) => labelled && label !== undefined)
      .map(({ left, top, label = '' }) => text(left + 5, top - 6, label, `fill="${colour}" font-size="11"`)),
  ].join('\n')
}

/** Values beyond an end stand at the end. */
function position({ ticks, scale }: Axis, length: number): (value: number) => number {
  const low = scale(ticks[0] ?? 0)
  const high = scale(ticks.at(-1) ?? 1)
  return (value) => {
    const part = Math.min(1, Math.max(0, (scale(value) - low) / (high - low)))
    return Math.round(part * length * 10) / 10
  }
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${x}" y="${y}" ${attributes}>${escaped(content)}</text>`
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
