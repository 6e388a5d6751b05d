import { expect, test } from 'vitest'
import { documentWeight, inverseDocumentFrequency } from './bm25.ts'
import { passageLanguages } from './passage-languages.ts'
import { conceptTermIds, planQuery } from './plan-query.ts'
import { type Concept, queryConcepts } from './query-concepts.ts'
import { termIds } from './term-id.ts'

const collection = '01900000-0000-7000-8000-000000000001'
const idOf = termIds(collection)
const concept = (chunks: number, ...terms: string[]): Concept => ({
  variants: terms.map((term) => ({ term, chunks })),
  weight: 1,
})
const found = (frequencies: Record<string, number>) =>
  new Map(Object.entries(frequencies).map(([term, count]) => [idOf(term), count]))

/** Of terms that are a word each, named by `frequencies`; the plan's ids as names. */
const plan = (
  frequencies: Record<string, number>,
  chunks: number,
  concepts = Object.keys(frequencies).map((term) => concept(chunks, term)),
) => {
  const planned = planQuery(collection, concepts, { chunks, frequencies: found(frequencies) })
  if (!planned) throw new Error('Nothing was planned')
  const names = new Map(Object.keys(frequencies).map((term) => [idOf(term), term]))
  const named = (ids: readonly number[]) => ids.map((id) => names.get(id))
  return {
    ...planned,
    weightOf: (term: string) => Number(new RegExp(`[{,]${idOf(term)}:([\\d.]+)`).exec(planned.weights)?.[1]),
    decisiveTerms: named(planned.decisiveTerms),
    candidateTerms: named(planned.candidateTerms),
    companionTerms: planned.companionTerms && named(planned.companionTerms),
    allTerms: named(planned.allTerms),
  }
}

test('common words are not decisive, and a passage of nothing else stays below the bound of the rest', () => {
  const planned = plan({ a: 3, b: 990, c: 40, d: 950 }, 1_000)
  expect(planned.candidateTerms).toEqual(['a', 'c', 'd', 'b'])
  expect(planned.decisiveTerms).toEqual(['a', 'c'])
  // The highest that BM25 gives: repeated without end in the shortest of passages.
  const most = [990, 950].map((df) => inverseDocumentFrequency(1_000, df) * documentWeight(1e9, 1, 100))
  expect(planned.restBound).toBeGreaterThanOrEqual((most[0] ?? 0) + (most[1] ?? 0))
  expect(planned.restBound).toBeLessThan(0.1 * planned.upperBound)
})

test('of words that are equally common all are decisive, and so is the only word', () => {
  expect(plan({ a: 500, b: 500, c: 500 }, 1_000).decisiveTerms).toHaveLength(3)
  expect(plan({ a: 1_000 }, 1_000)).toMatchObject({ decisiveTerms: ['a'], restBound: 0, partial: false })
})

test('the budget keeps terms out that are too common, however decisive', () => {
  const planned = plan({ a: 4_000, b: 4_100 }, 100_000)
  expect(planned).toMatchObject({
    candidateTerms: ['a'],
    decisiveTerms: ['a'],
    partial: true,
    allTerms: ['a', 'b'],
  })
})

test('a term that is too common itself is searched together with the rarest of the others', () => {
  const planned = plan({ a: 20_000, b: 100_000, c: 120_000, d: 400_000 }, 1_000_000)
  expect(planned).toMatchObject({ candidateTerms: ['a'], companionTerms: ['b', 'c'] })
  expect(plan({ a: 5_000, b: 100_000 }, 1_000_000).companionTerms).toBeNull()
  expect(plan({ a: 600_000, b: 700_000 }, 1_000_000).companionTerms).toBeNull()
  expect(plan({ a: 600_000 }, 1_000_000).companionTerms).toBeNull()
})

test('rare words beside a query do not take the place of its own', () => {
  const statistics = {
    chunks: 1_000_000,
    frequencies: found({ own: 3_000, the: 900_000, ...Object.fromEntries(names.map((name) => [name, 900])) }),
  }
  const own = [concept(1_000_000, 'own'), { ...concept(1_000_000, 'the'), weight: 0.3 }]
  const context = names.map((name) => ({ ...concept(1_000_000, name), weight: 0.4 }))
  const planned = planQuery(collection, own, statistics, context)
  expect(planned?.candidateTerms[0]).toBe(idOf('own'))
  expect(planned?.candidateTerms).toHaveLength(3)
  // What is asked with nothing but common words is found by what it is about.
  const common = planQuery(collection, own.slice(1), statistics, context)
  expect(common?.candidateTerms).toEqual(names.slice(0, 5).map(idOf))
  expect(common?.companionTerms).toBeNull()
})
const names = ['anna', 'bert', 'cleo', 'dirk', 'emil', 'fred']

test('a query has each of its terms once', () => {
  const english = [{ language: 'en', chunks: 9 }]
  const terms = queryConcepts('The tower, the towers and a bridge', english)
  expect(terms).toHaveLength(queryConcepts('bridge and the a tower', english).length)
  const tower = queryConcepts('tower', english)
  expect(conceptTermIds('another collection', tower)).not.toEqual(conceptTermIds('a collection', tower))
})

test('the forms of one word weigh as one word, by what all of them are in', () => {
  const frequencies = { univers: 90, universitat: 60, rare: 3 }
  const planned = plan(frequencies, 300, [concept(300, 'univers', 'universitat'), concept(300, 'rare')])
  expect(planned.weightOf('univers')).toBeCloseTo(inverseDocumentFrequency(300, 150), 5)
  expect(planned.weightOf('universitat')).toBe(planned.weightOf('univers'))
  expect(planned.upperBound).toBeCloseTo(1.9 * (planned.weightOf('univers') + planned.weightOf('rare')), 3)
})

test('a word that most passages of its language have says little, however many there are of others', () => {
  const english = [
    { language: 'en', chunks: 900 },
    { language: 'de', chunks: 50 },
  ]
  const [haus] = queryConcepts('häuser', english)
  expect(haus?.variants).toContainEqual({ term: 'haus', chunks: 50 })
})

test('nothing is planned where no passage has a term', () => {
  const without = (frequencies: Record<string, number> = {}) =>
    planQuery(collection, [concept(9, 'a'), concept(9, 'b')], {
      chunks: 9,
      frequencies: found(frequencies),
    })
  expect(without()).toBeNull()
  expect(without({ a: 0 })).toBeNull()
  expect(without({ c: 1 })).toBeNull()
})

test('a single term is searched whatever it costs', () => {
  expect(plan({ a: 900_000 }, 1_000_000)).toMatchObject({
    candidateTerms: ['a'],
    decisiveTerms: ['a'],
    partial: false,
  })
})

test('statistics without languages are those of one that is unknown', () => {
  const languages = passageLanguages({ languages: [], language_chunks: [] }, null)
  const concepts = queryConcepts('towers 東京', languages)
  expect(concepts).toHaveLength(2)
  expect(plan({ tower: 3 }, 50, concepts).weightOf('tower')).toBeCloseTo(inverseDocumentFrequency(50, 3), 5)
})

test('words that no passage has count in what the question could have, each as the rarest word of all', () => {
  const absent = [concept(300, 'absent'), { ...concept(300, 'nowhere'), weight: 0.3 }]
  const planned = plan({ rare: 3 }, 300, [concept(300, 'rare'), ...absent])
  expect(planned.upperBound).toBeCloseTo(1.9 * inverseDocumentFrequency(300, 3), 3)
  expect(planned.questionBound - planned.upperBound).toBeCloseTo(
    1.9 * 1.3 * inverseDocumentFrequency(300, 0),
    3,
  )
  expect(plan({ rare: 3 }, 300, [concept(300, 'rare')]).questionBound).toBe(planned.upperBound)
})
