import { expect, test } from 'vitest'
import { conversationTitle } from './conversation-title.ts'

test('a short question is the title, on one line', () => {
  expect(conversationTitle('  How tall\n is it? ')).toBe('How tall is it?')
})

test('a long question is cut between words', () => {
  expect(conversationTitle('word '.repeat(40))).toBe(`${'word '.repeat(16).trim()}…`)
  expect(conversationTitle(`${'ab '.repeat(26)}abcdefgh`)).toBe(`${'ab '.repeat(26).trim()}…`)
})

test('text without spaces is cut between characters', () => {
  expect(conversationTitle(`${'字'.repeat(79)}😀字`)).toBe(`${'字'.repeat(79)}…`)
})
