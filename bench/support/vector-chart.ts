import { drawChart } from './line-chart.ts'
import type { SearchPoint } from './measure-search.ts'
import { type BuiltIndex, specName } from './vector-indexes.ts'

export interface VectorResult {
  readonly count: number
  readonly indexes: readonly { readonly index: BuiltIndex; readonly points: readonly SearchPoint[] }[]
}

/** What the product builds and searches with: its points are labelled. */
const defaultIndex = 'halfvec-16-64'

/** Recall against speed: a panel for each size, a line for each index, a point for each ef_search. */
export function drawVectorChart(results: readonly VectorResult[]): string {
  const rates = results.flatMap(({ indexes }) =>
    indexes.flatMap(({ points }) => points.map((p) => p.perSecond)),
  )
  return drawChart({
    title: 'Recall against speed: 384 dimensions, clustered, one client; a point is an ef_search',
    panels: [...results]
      .sort((a, b) => a.count - b.count)
      .map(({ count, indexes }) => ({
        title: `${count.toLocaleString('en')} vectors`,
        lines: indexes.map(({ index, points }) => ({
          name: nameOf(index),
          labelled: specName(index) === defaultIndex,
          points: points.map(({ efSearch, recall, perSecond }) => ({
            x: recall,
            y: perSecond,
            label: String(efSearch),
          })),
        })),
      })),
    x: {
      label: 'recall@10',
      ticks: [0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999],
      // Each step to the right has so many times fewer misses.
      scale: (recall) => -Math.log(1.0005 - recall),
      text: String,
    },
    y: {
      label: 'queries a second',
      ticks: decadeTicks(Math.min(...rates), Math.max(...rates)),
      scale: Math.log,
      text: (rate) => rate.toLocaleString('en'),
    },
  })
}

const nameOf = ({ kind, m, efConstruction }: BuiltIndex) =>
  `${kind}, m ${m}, ef_construction ${efConstruction}${kind === 'binary' ? ', ranked again' : ''}`

/** 1, 2, 5, 10, … from the last below `low` to the first above `high`. */
function decadeTicks(low: number, high: number): number[] {
  const all = [1, 10, 100, 1_000, 10_000].flatMap((decade) => [decade, 2 * decade, 5 * decade])
  const from = all.findLastIndex((tick) => tick <= low)
  const to = all.findIndex((tick) => tick >= high)
  return all.slice(Math.max(0, from), to < 0 ? undefined : to + 1)
}
