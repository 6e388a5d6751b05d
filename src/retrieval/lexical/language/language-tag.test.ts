import { expect, test } from 'vitest'
import { analysedLanguage, canonicalLanguage } from './language-tag.ts'

test.each([
  ['DE-at', 'de-AT', 'de'],
  ['pt-br', 'pt-BR', 'pt'],
  ['zh-hant-tw', 'zh-Hant-TW', 'zh'],
  ['nb', 'nb', 'no'],
  ['fil', 'fil', 'tl'],
])('%s is the tag %s, analysed as %s', (given, canonical, analysed) => {
  expect(canonicalLanguage(given)).toBe(canonical)
  expect(analysedLanguage(canonical)).toBe(analysed)
})

test.each(['', 'german!', 'und', 'mul', 'a', `de-${'x'.repeat(40)}`, 'de_AT; DROP TABLE', '\0'])(
  '%j is none',
  (given) => {
    expect(canonicalLanguage(given)).toBeNull()
  },
)
