import { expect, test } from 'vitest'
import { TextBuffer, TextTooLong } from './text-buffer.ts'

test('a text comes back as it was added, and its length is in UTF-16 units', () => {
  const buffer = new TextBuffer()
  const parts = Array.from({ length: 50_000 }, (_, index) => `${index} “ä” 𝄞\n`)
  for (const part of parts) buffer.add(part)
  expect(buffer.length).toBe(parts.join('').length)
  expect(buffer.take() === parts.join('')).toBe(true)
})

test('half a surrogate pair takes one unit', () => {
  const buffer = new TextBuffer()
  buffer.add('a\ud834b')
  expect([buffer.length, buffer.take()]).toEqual([3, 'a\ufffdb'])
})

test('more bytes than it may have are refused', () => {
  const buffer = new TextBuffer(10)
  buffer.add('äääää')
  expect(buffer.take()).toBe('äääää')
  buffer.add('x')
  expect(() => buffer.take()).toThrow(TextTooLong)
})
