import { expect, test } from 'vitest'
import { murmur3 } from './murmur3.ts'

// Published vectors of MurmurHash3_x86_32: Ian Boyd's (stackoverflow.com/a/31929528), from the reference code.
test.each([
  ['', 0, 0],
  ['', 1, 0x514e28b7],
  ['', 0xffffffff, 0x81f16f39],
  ['\0\0\0\0', 0, 0x2362f9de],
  ['\0\0\0', 0, 0x85f0b427],
  ['\0\0', 0, 0x30f4c306],
  ['\0', 0, 0x514e28b7],
  ['aaaa', 0x9747b28c, 0x5a97808a],
  ['aaa', 0x9747b28c, 0x283e0130],
  ['aa', 0x9747b28c, 0x5d211726],
  ['a', 0x9747b28c, 0x7fa09ea6],
  ['Hello, world!', 0x9747b28c, 0x24884cba],
  ['ππππππππ', 0x9747b28c, 0xd58063c1],
  ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
])('%j with seed %i', (text, seed, hash) => {
  expect(murmur3(text, seed)).toBe(hash)
})

test('a pair is four bytes, and a lone surrogate counts as U+FFFD', () => {
  expect(murmur3('\ud83d', 7)).toBe(murmur3('\ufffd', 7))
  expect(murmur3('x\udc00y', 7)).toBe(murmur3('x\ufffdy', 7))
  expect(murmur3('😀', 7)).not.toBe(murmur3('\ufffd\ufffd', 7))
})
