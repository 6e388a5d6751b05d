import { expect, it } from 'vitest'
import { sentencesOf } from './sentences.ts'
import { readable } from './table-rows.ts'

const read = (text: string) => readable(sentencesOf(text)).map(({ plain }) => plain)

it('says of each cell of a row what it is', () => {
  const table = '| Plan | **Price** | |\n| --- | --- | --- |\n| Solo | $4 | x |\n| Team | | a \\| b |'
  expect(read(`${table}\n\nPrices hold.`)).toEqual([
    'Plan: Solo; Price: $4; x',
    'Plan: Team; a | b',
    'Prices hold.',
  ])
})

it('gives a row without a head of its table as it stands', () => {
  expect(read('| a | `b` |\n| c | d |')).toEqual(['a | b', 'c | d'])
  expect(read('| A |\n|---|\n| a |\n\nText.\n\n| b | c |').at(-1)).toBe('b | c')
})
