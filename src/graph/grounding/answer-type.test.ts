import { describe, expect, it } from 'vitest'
import { expectedIn } from './answer-type.ts'

describe('expectedIn', () => {
  it.each([
    ['When did the crisis begin?', 'It began in October.', 'It began abruptly.'],
    ['How many people came?', 'There were twelve of them.', 'There were some of them.'],
    ['Who wrote it?', 'It was written by Ada Lovelace.', 'It was written by hand.'],
    ['Where is it?', 'It lies in Norway.', 'It lies in pieces.'],
    ['Why did it fail?', 'It failed because of rust.', 'It failed again.'],
    ['Wann begann es?', 'Es begann im Oktober.', 'Es begann plötzlich.'],
    ['What does the plan cost?', 'It is $18.', 'It is 18 m long.'],
    ['What does the bridge cost?', 'It costs three guilders.', 'It has three arches.'],
    ['What does it cost?', 'The price is 20 zł.', 'It weighs 20 kg.'],
    ['Was kostet es?', 'Es ist kostenlos.', 'Es wiegt 3 kg.'],
    ['얼마입니까?', '30분입니다.', '깁니다.'],
    ['Neden durdu?', 'Yağmur nedeniyle durdu.', 'Yine durdu.'],
    ['Wo liegt es?', 'Es liegt in Wien.', 'Es liegt still.'],
    ['Сколько их было?', 'Их было двенадцать или 13.', 'Их было мало.'],
    ['いつ始まりましたか', '1973年に始まった。', '突然始まった。'],
    ['为什么失败？', '因为下雨，失败了。', '它失败了。'],
    ['ทำไมจึงล้มเหลว', 'ล้มเหลวเพราะฝนตก', 'ล้มเหลวอีกครั้ง'],
  ])('%s: %s, and not %s', (question, held, other) => {
    expect(expectedIn(question)?.isIn(held)).toBe(true)
    expect(expectedIn(question)?.isIn(other)).toBe(false)
  })

  it('takes nothing for an answer that the question has itself', () => {
    expect(expectedIn('How many came in 1973?')?.isIn('In 1973 some came.')).toBe(false)
    expect(expectedIn('How many came in 1973?')?.isIn('In 1973 some 40 came.')).toBe(true)
  })

  it('expects nothing where the wording says nothing', () => {
    expect(expectedIn('Tell me of bread.')).toBeUndefined()
  })
})
