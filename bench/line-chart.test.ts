import { expect, test } from 'vitest'
import { type Axis, drawChart } from './support/line-chart.ts'

const axis: Axis = { label: 'n', ticks: [1, 10, 100], scale: Math.log, text: String }
const line = (name: string, x: number, y: number) => ({
  name,
  points: [{ x, y, label: '<40>' }],
  labelled: true,
})

test('values stand between the ticks that they lie between, and beyond the ends at the end', () => {
  const panel = { title: 'one', lines: [line('a', 10, 1), line('b', 1_000, 0.1)] }
  const svg = drawChart({ title: 'A & B', panels: [panel], x: axis, y: axis })
  expect(svg).toContain('<circle cx="200" cy="320"')
  expect(svg).toContain('<circle cx="400" cy="320"')
})

test('what is written in it is text, whatever it holds', () => {
  const svg = drawChart({
    title: 'A & B',
    panels: [{ title: '<g>', lines: [line('a', 1, 1)] }],
    x: axis,
    y: axis,
  })
  expect(svg).toContain('A &amp; B')
  expect(svg).toContain('&lt;g>')
  expect(svg).toContain('&lt;40>')
})
