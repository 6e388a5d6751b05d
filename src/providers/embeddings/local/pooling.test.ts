import { expect, test } from 'vitest'
import { poolTokens, usualPooling } from './pooling.ts'

// Two texts of three tokens with two dimensions; the first is padded on the left, the second on the right.
const hidden = Float32Array.of(9, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9)
const mask = [0n, 1n, 1n, 1n, 1n, 0n]

test.each([
  [
    'mean',
    [
      [2, 3],
      [6, 7],
    ],
  ],
  [
    'first',
    [
      [1, 2],
      [5, 6],
    ],
  ],
  [
    'last',
    [
      [3, 4],
      [7, 8],
    ],
  ],
] as const)('the %s of the tokens that are not padding', (pooling, wanted) => {
  expect(poolTokens(hidden, mask, [2, 3, 2], pooling).map((vector) => Array.from(vector))).toEqual(wanted)
})

test('a text without tokens has no direction', () => {
  for (const pooling of ['mean', 'first', 'last'] as const) {
    expect(poolTokens(Float32Array.of(1, 2), [0], [1, 1, 2], pooling)).toEqual([new Float32Array(2)])
  }
})

test.each([
  ['Xenova/bge-small-en-v1.5', 'first'],
  ['/models/snowflake-arctic-embed-m', 'first'],
  ['onnx-community/Qwen3-Embedding-0.6B-ONNX', 'last'],
  ['Alibaba-NLP/gte-modernbert-base', 'first'],
  ['thenlper/gte-small', 'mean'],
  ['Xenova/all-MiniLM-L6-v2', 'mean'],
  ['intfloat/multilingual-e5-small', 'mean'],
])('%s takes the %s where its files do not say', (model, pooling) => {
  expect(usualPooling(model)).toBe(pooling)
})
