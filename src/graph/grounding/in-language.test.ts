import { expect, test } from 'vitest'
import { analyze } from '../../retrieval/lexical/analyze.ts'
import { inLanguageOf } from './in-language.ts'

test('words are compared as those of the language that most passages are in', () => {
  const german = inLanguageOf(
    [{ text: 'Die Häuser sind alt und wurden nicht von den Leuten verkauft.' }],
    analyze,
  )
  expect(german('Häuser')).toEqual(german('Haus'))
  const unknown = inLanguageOf([], analyze)
  expect(unknown('houses')).toEqual(unknown('house'))
})
