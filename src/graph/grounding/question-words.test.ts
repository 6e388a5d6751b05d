import { describe, expect, it } from 'vitest'
import { analyze } from '../../retrieval/lexical/analyze.ts'
import { questionWords } from './question-words.ts'

const words = (text: string, language: string) =>
  questionWords(text, (part) => analyze(part, language)).map((word) => word.text)

describe('questionWords', () => {
  it.each([
    ['en', 'How long does the warranty last?', ['warranty', 'last']],
    ['en', 'Who runs the WHO in May?', ['runs', 'WHO', 'May']],
    ['de', 'Wie lange gilt die Garantie?', ['gilt', 'Garantie']],
    ['fr', "Jusqu'à quand l'abonnement est-il valable ?", ['abonnement', 'valable']],
    ['es', '¿Cuántos días tengo para devolver un libro?', ['días', 'devolver', 'libro']],
    ['tr', 'Kargo ücreti ne kadar?', ['Kargo', 'ücreti']],
    ['ar', 'أين يقع مركز الصيانة؟', ['يقع', 'مركز', 'الصيانة']],
    ['he', 'כמה עולה מנוי חודשי?', ['עולה', 'מנוי', 'חודשי']],
    ['ja', '玉ねぎは何分炒めますか？', ['玉', '炒']],
    ['zh', '中心在哪里？', ['中心']],
    ['ko', '물통의 용량은 얼마입니까?', ['물통', '용량']],
    ['ko', '물은 어디에 있습니까?', ['물']],
  ])('%s: %s', (language, text, expected) => expect(words(text, language)).toEqual(expected))

  it('takes every word of a question that only asks', () => {
    expect(words('How long?', 'en')).toEqual(['How', 'long?'])
    expect(words('', 'en')).toEqual([])
  })

  it('counts a long word of a script without spaces as one', () => {
    const [first, second] = questionWords('コンピューターを訓練', (part) => analyze(part, 'ja'))
    expect(first).toMatchObject({ text: 'コンピューター', isSpaceless: true })
    expect(second).toMatchObject({ text: '訓練', terms: ['訓練'] })
  })

  it('reads a hostile question in linear time', () => {
    for (const unit of ['how ', '何', '한', 'a-', "l'", 'の'])
      expect(words(unit.repeat(20_000), 'en').length).toBeLessThan(20_001)
  })
})
