import { expect, it } from 'vitest'
import { distinctPassages } from './distinct-passages.ts'
import { passageOf } from './passage.fixture.ts'

const markers = (...texts: string[]) =>
  distinctPassages(texts.map((text, i) => passageOf(text, { marker: i + 1 }))).map((each) => each.marker)

it('keeps what differs, in its order', () => expect(markers('a', 'b', 'c')).toEqual([1, 2, 3]))
it('keeps the first of the same text', () => expect(markers('a', 'b', 'a ', 'b')).toEqual([1, 2]))
it('drops a passage that one before it contains', () => expect(markers('xay', 'b', 'a')).toEqual([1, 2]))
it('puts what contains earlier ones in the place of the best of them', () =>
  expect(markers('z', 'a', 'b', 'ab', 'c')).toEqual([1, 4, 5]))
