import { expect, test } from 'vitest'
import { storableText } from './storable-text.ts'

function store(...pieces: string[]): string[] {
  const text = storableText()
  return [...pieces.map((piece) => text.push(piece)), text.flush()]
}

test('text passes as it is', () => {
  expect(store('One ', 'two 😀')).toEqual(['One ', 'two 😀', ''])
})

test('halves of a character that come apart are put together', () => {
  expect(store('a\ud83d', '\ude00b')).toEqual(['a', '😀b', ''])
})

test('what PostgreSQL cannot store is taken out or replaced', () => {
  expect(store('a\0b', 'c\ude00', 'd\ud83d')).toEqual(['ab', 'c\ufffd', 'd', '\ufffd'])
  expect(store('a\ud83d\0', '\ude00')).toEqual(['a', '😀', ''])
})
