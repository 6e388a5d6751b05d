import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { detectLanguage, languageSample } from './detect-language.ts'

describe('the language of a text', () => {
  test.each([
    ['en', 'The tower was finished in 1889 and it is the tallest that has ever been built of iron.'],
    ['de', 'Der Turm wurde im Jahr 1889 fertig und ist der höchste, den man aus Eisen gebaut hat.'],
    ['fr', 'La tour est la plus haute qui ait été construite en fer, et elle a été achevée en 1889.'],
    ['es', 'La torre fue terminada en 1889 y es la más alta que se ha construido con hierro en el país.'],
    ['pt', 'A torre foi terminada em 1889 e é a mais alta que já foi construída com ferro no país.'],
    ['it', 'La torre è stata finita nel 1889 ed è la più alta che sia mai stata costruita con il ferro.'],
    ['nl', 'De toren werd in 1889 voltooid en is de hoogste die ooit van ijzer is gebouwd in het land.'],
    ['sv', 'Tornet blev färdigt år 1889 och det är det högsta som har byggts av järn i hela landet.'],
    ['pl', 'Wieża została ukończona w 1889 roku i jest najwyższą, która została zbudowana z żelaza.'],
    ['tr', 'Kule 1889 yılında tamamlandı ve demirden yapılmış olan en yüksek kule olarak bilinir.'],
    ['hu', 'A torony 1889-ben készült el, és ez a legmagasabb, amely vasból épült az országban.'],
    ['ru', 'Башня была закончена в 1889 году, и это самая высокая из тех, что были построены из железа.'],
    ['uk', 'Вежа була закінчена в 1889 році, і це найвища з тих, що були збудовані із заліза.'],
    ['ar', 'تم الانتهاء من البرج في عام 1889 وهو أعلى برج تم بناؤه من الحديد على مستوى البلاد'],
    ['hi', 'यह मीनार 1889 में पूरी हुई और यह लोहे से बनी सबसे ऊँची मीनार है'],
    ['el', 'Ο πύργος ολοκληρώθηκε το 1889 και είναι ο ψηλότερος από σίδερο.'],
    ['th', 'หอคอยสร้างเสร็จในปี 1889 และเป็นหอคอยเหล็กที่สูงที่สุด'],
    ['ja', '塔は1889年に完成し、鉄で建てられた最も高い塔である。'],
    ['zh', '这座塔于1889年建成，是最高的铁塔。'],
    ['ko', '이 탑은 1889년에 완공되었으며 철로 지어진 가장 높은 탑이다.'],
  ])('is told: %s', (language, text) => {
    expect(detectLanguage(text)).toBe(language)
  })

  test.each([
    ['nothing', ''],
    ['a name', 'Eiffel Tower'],
    ['numbers', '1889 330 7300'],
    ['code', 'export const x = (a) => a.map(({ id }) => id + 1)\nfunction run(y) { return y.z }'],
    ['an error code', 'ERR_CONN_RESET ORA-00942 E0308'],
    ['emoji', '😀😀'],
    ['half a surrogate pair', '\ud800'],
  ])('is not told of %s', (_, text) => {
    expect(detectLanguage(text)).toBeNull()
  })

  test('is that of most of it, not of the licence above', () => {
    const english = 'Permission is hereby granted to any person that has this. '.repeat(60)
    const german = 'Der Turm ist aus Eisen und wurde von den Leuten in der Stadt nicht gemocht. '.repeat(600)
    expect(detectLanguage(languageSample(english + german))).toBe('de')
  })

  test('takes any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(detectLanguage(text)).toSatisfy((found) => found === null || typeof found === 'string')
        expect(languageSample(text)).toBe(text)
      }),
    )
  })
})
