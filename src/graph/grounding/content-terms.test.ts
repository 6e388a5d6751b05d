import { describe, expect, it } from 'vitest'
import { contentTerms, languageOf } from './content-terms.ts'
import { simpleAnalyze } from './simple-analyze.fixture.ts'

describe('contentTerms', () => {
  it.each([
    ['When did the 1973 oil crisis begin?', ['1973', 'oil', 'crisi', 'begin']],
    ['What is the capital of the US?', ['capital', 'us']],
    ['Who was born in May 1980?', ['born', 'may', '1980']],
    ['Wie viele Punkte gab die Verteidigung ab?', ['punkte', 'verteidigung', 'ab']],
    ['Сколько очков уступила защита?', ['очков', 'уступила', 'защита']],
    ['日本の首都は何ですか', ['日本', '首都']],
    ['中国的首都是哪里？', ['中国', '首都']],
    ['Who is he?', ['who', 'is', 'he']],
  ])('%s', (text, terms) => expect(contentTerms(text, simpleAnalyze)).toEqual(terms))

  it('keeps every word of a language it has no list for', () => {
    expect(contentTerms('Bahnak waxay tahay', simpleAnalyze)).toEqual(['bahnak', 'waxay', 'tahay'])
    expect(languageOf('Bahnak waxay tahay')).toBeUndefined()
  })
})
