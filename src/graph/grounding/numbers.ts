const isoMonthBefore = /\p{Nd}{4}-$/u
/** Behind a letter it is a part of a name such as HTTP2, but in scripts that put no spaces between words. */
const digits =
  /(?<![\p{N}_]|(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}])\p{L})\p{Nd}+(?:[.,'’\u00a0\u202f]\p{Nd}+)*/gu
const scales: readonly (readonly [RegExp, number])[] = [
  [/^[\s-]?(?:thousands?\b|tausend|mille\b|mil\b|тыс\p{L}*|千|พัน)/iu, 1e3],
  [/^\s?(?:万|萬)/u, 1e4],
  [/^[\s-]?(?:(?:millions?|millionen|millón|millones)\b|млн|миллион\p{L}*|ล้าน)/iu, 1e6],
  [/^\s?(?:亿|億)/u, 1e8],
  [/^[\s-]?(?:(?:billions?|milliards?|milliarden)\b|млрд|миллиард\p{L}*)/iu, 1e9],
]
const names =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' ',
  )
const ordinals =
  'zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth'.split(' ')
/** As far as answers write them out. */
const otherNames: readonly (readonly string[])[] = [
  'null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf'.split(' '),
  'zéro un deux trois quatre cinq six sept huit neuf dix onze douze'.split(' '),
  'cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce'.split(' '),
]
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
/** Where each script's digits begin, for those that NFKC leaves as they are: Arabic, Persian, Devanagari, Thai. */
const zeros = [0x660, 0x6f0, 0x966, 0xe50]

/**
 * The numbers of a text, each with every way it can be read: "1,500" is 1500 and, to a German, 1.5; "1.5 million" is
 * also 1500000. A number agrees with another if they share a reading.
 */
export function numbersIn(text: string): ReadonlySet<string>[] {
  return numberSpans(text.normalize('NFKC')).map(({ readings }) => readings)
}

/** The same, with where each stands in the text; behind the word that belongs to it, such as "million". */
export function numberSpans(text: string): {
  readonly readings: ReadonlySet<string>
  readonly scaled: boolean
  readonly start: number
  readonly end: number
}[] {
  const plain = withAsciiDigits(text)
  return [...plain.matchAll(digits)].map((match) => {
    const readings = readingsOf(match[0])
    // The 10 of 1973-10-06 may stand as October.
    if (isoMonthBefore.test(plain.slice(Math.max(0, match.index - 5), match.index)))
      readings.push(`month ${Number(match[0])}`)
    const end = match.index + match[0].length
    const [word, scale] = scaleAfter(plain, end)
    const all = scale === 1 ? readings : [...readings, ...readings.map((reading) => times(reading, scale))]
    return { readings: new Set(all), scaled: scale !== 1, start: match.index, end: end + word.length }
  })
}

/** The text with each number written in one way: "2.1 million" and "2,100,000" both as 2100000. */
export function withPlainNumbers(text: string): string {
  const plain = asciiDigits(text)
  let out = ''
  let at = 0
  for (const match of plain.matchAll(digits)) {
    const end = match.index + match[0].length
    const [word, scale] = scaleAfter(plain, end)
    const reading = readingsOf(match[0])[0] ?? match[0]
    out += plain.slice(at, match.index) + (scale === 1 ? reading : `${times(reading, scale)} `)
    at = end + word.length
  }
  return out + plain.slice(at)
}

/**
 * Every reading of every number that a text states, its small number words and month names included. Of "7 million" only
 * the whole: it does not state that there are 7.
 */
export function statedNumbers(text: string): ReadonlySet<string> {
  const plain = text.normalize('NFKC')
  const stated = new Set<string>()
  let rest = plain
  for (const { readings, scaled, start, end } of numberSpans(plain)) {
    const most = [...readings].reduce((all, each) => (Number(each) > Number(all) ? each : all), '0')
    for (const reading of readings)
      if (!scaled || Number(reading) >= 1_000 || reading === most) stated.add(reading)
    if (scaled) rest = `${rest.slice(0, start)}${' '.repeat(end - start)}${rest.slice(end)}`
  }
  for (const { 0: word, index } of text.toLowerCase().matchAll(/\p{L}+/gu)) {
    const value = numberNamed(word)
    if (value !== null) {
      const [, scale] = scaleAfter(text, index + word.length)
      stated.add(String(value * scale))
    }
    const month = months.indexOf(word.slice(0, 3))
    if (month >= 0) stated.add(`month ${month + 1}`)
  }
  // 1990s and 3rd end in letters, HTTP2 and v3 begin with them: the number is stated all the same.
  for (const [part] of asciiDigits(rest).matchAll(/\d+(?:\.\d+)*/g))
    for (const r of readingsOf(part)) stated.add(r)
  return stated
}

/** Numbers that a text writes out with a scale, "five thousand", as they are written and as they are. */
export function writtenNumbers(text: string): { readonly written: string; readonly value: string }[] {
  return [...text.matchAll(/\p{L}+/gu)].flatMap(({ 0: word, index }) => {
    const value = numberNamed(word.toLowerCase())
    const [name, scale] = scaleAfter(text, index + word.length)
    if (value === null || scale === 1) return []
    return [{ written: word + name, value: String(value * scale) }]
  })
}

function numberNamed(word: string): number | null {
  for (const list of [names, ordinals, ...otherNames]) {
    const value = list.indexOf(word)
    if (value >= 0) return value
  }
  return null
}

function scaleAfter(text: string, at: number): readonly [word: string, scale: number] {
  const after = text.slice(at, at + 16)
  for (const [pattern, scale] of scales) {
    const word = pattern.exec(after)?.[0]
    if (word !== undefined) return [word, scale]
  }
  return ['', 1]
}

/** 1.1 × 1e6 is 1100000.0000000002 in binary. */
function times(number: string, scale: number): string {
  const value = Number(number) * scale
  return Number.isNaN(value) ? number : String(Number(value.toPrecision(12)))
}

function readingsOf(number: string): string[] {
  const readings = new Set<string>()
  const points = number.replace(/['’\u00a0\u202f]/g, '')
  const grouped = /^\d{1,3}(?:[.,]\d{3})+(?:[.,]\d+)?$/.test(points)
  // A version such as 3.10.2 stays as it is, and 3.10 is not 3.1.
  if (/^\d+(?:\.\d+){2,}$/.test(points)) readings.add(points)
  else readings.add(points.replace(/,(?=\d{3}(?:\D|$))/g, '').replace(',', '.'))
  if (grouped) readings.add(points.replace(/[.,](?=\d{3}(?:\D|$))/g, '').replace(',', '.'))
  if (/^\d+,\d+$/.test(points)) readings.add(points.replace(',', '.'))
  return [...readings].map((reading) => reading.replace(/^0+(?=\d)/, '').replace(/\.0+$/, ''))
}

function asciiDigits(text: string): string {
  return withAsciiDigits(text.normalize('NFKC'))
}

/** At the same length. */
function withAsciiDigits(text: string): string {
  return text.replace(/[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u0e50-\u0e59]/g, (digit) => {
    const code = digit.charCodeAt(0)
    return String(code - (zeros.findLast((zero) => zero <= code) ?? code))
  })
}
