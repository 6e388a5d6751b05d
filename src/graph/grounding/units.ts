import { numberSpans } from './numbers.ts'

/** Units by every way they are written, in lower case; what stands in one row is the same. */
const rows = `b byte bytes octets
kb kilobyte kilobytes kib
mb megabyte megabytes mib mo мб
gb gigabyte gigabytes gib go гб
tb terabyte terabytes tib
bit bits
kbps kbit/s
mbps mbit/s
gbps gbit/s
ms millisecond milliseconds millisekunde millisekunden мс 毫秒 ミリ秒
s sec secs second seconds sekunde sekunden seconde secondes segundo segundos секунд секунды секунда 秒 วินาที ثانية
min mins minute minutes minuten minuto minutos минут минуты минута 分钟 分鐘 分 นาที دقيقة
h hr hrs hour hours stunde stunden heure heures hora horas час часа часов 小时 小時 時間 ชั่วโมง ساعة
day days tag tage tagen jour jours día días день дня дней 天 日間 วัน يوم
week weeks woche wochen semaine semaines semana semanas неделя недели недель 周 週間 สัปดาห์
month months monat monate monaten mois mes meses месяц месяца месяцев 个月 個月 ヶ月 เดือน
year years jahr jahre jahren an ans année années año años год года лет 年間
nm nanometer nanometre
mm millimeter millimeters millimetre millimetres
cm centimeter centimeters centimetre centimetres zentimeter 厘米
m meter meters metre metres metern mètre mètres metro metros метр метра метров 米 メートル เมตร متر مترا
km كيلومتر كيلومترا كم kilometer kilometers kilometre kilometres kilometern kilomètre kilomètres км километр километра километров 公里 キロメートル
mile miles meile meilen
foot feet ft
inch inches zoll
mg milligram milligrams
g gram grams gramm gramme grammes грамм
kg kilogram kilograms kilo kilos kilogramm кг килограмм 公斤 千克
ton tons tonne tonnes tonnen
lb lbs pound pounds
% percent prozent pourcent процент процента процентов ٪ ％
$ us$ usd dollar dollars доллар доллара долларов 美元 ドル
€ eur euro euros евро 欧元 歐元 ユーロ
£ gbp
°c celsius
°f fahrenheit
hz hertz
khz kilohertz
mhz megahertz
ghz gigahertz
w watt watts
kw kilowatt kilowatts
mw megawatt megawatts
v volt volts
k thousand`.split('\n')
const units: ReadonlyMap<string, string> = new Map(
  rows.flatMap((row) => row.split(' ').map((name) => [name, row.split(' ')[0] as string] as const)),
)
const longestSpaceless = 6
const before = /(?:us)?[$€£]\s?$/i
const next = /^[\s\u00a0\u202f-]{0,2}(%|٪|％|°\s?[cf]|[$€£]|[\p{L}\p{M}]+(?:\/[a-z]+)?)/iu
/** "5 to 10 MB": the unit of both. */
const range =
  /^\s{0,2}(?:[-–—~～至到]|to|and|or|bis|und|oder|à|et|ou|a|y|и|до|и|または|から)\s{0,2}(?=[\p{Nd}])/iu
const spaceless = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u
/** Between a number and what it counts there may be "concurrent" or "of the". */
const near = 3

const bounds: readonly (readonly [RegExp, 'least' | 'most'])[] = [
  [
    /(?:at least|no (?:less|fewer) than|more than|minimum of|over|mindestens|au moins|al menos|не менее|至少|最少|最低)\s*$/i,
    'least',
  ],
  [
    /(?:at most|up to|no more than|less than|fewer than|maximum of|under|höchstens|bis zu|maximal|au plus|jusqu['’]à|hasta|не более|до|最多|至多|最大)\s*$/i,
    'most',
  ],
]
const from = /(?:from|von|de|от|с|从|從)\s*$/iu

type Measured = {
  readonly readings: ReadonlySet<string>
  readonly written: string
  /** Of the table above; undefined where the number has none. */
  readonly unit: string | undefined
  readonly bound: 'least' | 'most' | undefined
  /** "from 3 to 5": the 3. */
  readonly isFrom: boolean
  /** The words behind it, in lower case. */
  readonly words: readonly string[]
}

/**
 * What a claim measures otherwise than the evidence: "500 MB" where the evidence has "500 GB", or "500 users" and
 * "200 MB". A number whose unit the evidence leaves out, or writes in words, is not held against the claim.
 */
export function swappedUnits(claim: string, evidence: string): string[] {
  const stated = measuredIn(evidence)
  return measuredIn(claim)
    .filter((said) => {
      const same = stated.filter((each) => agree(said, each))
      if (same.length === 0) return false
      if (said.bound !== undefined && same.every(({ bound }) => bound !== undefined && bound !== said.bound))
        return true
      if (said.unit !== undefined) {
        if (same.some(({ unit }) => unit === said.unit)) return false
        if (same.every(({ unit }) => unit !== undefined)) return true
      }
      const counted = said.words[0]
      if (counted === undefined || counted.length < 2) return false
      const isCounted = ({ words, unit }: Measured) =>
        words.some((word) => kin(word, counted)) || (said.unit !== undefined && unit === said.unit)
      return !same.some((each) => isCounted(each) || each.words.length === 0) && stated.some(isCounted)
    })
    .map(({ written, words }) => `${written} ${words[0] ?? ''}`.trim())
}

function measuredIn(text: string): Measured[] {
  const spans = numberSpans(text)
  return spans.map(({ readings, start, end }, i) => {
    const unitAt = (at: number, depth: number): string => {
      const after = text.slice(at, at + 48)
      const between = depth > 0 ? range.exec(after)?.[0].length : undefined
      const other = spans[i + 1]
      return between !== undefined && other?.start === at + between ? unitAt(other.end, 0) : after
    }
    const after = unitAt(end, 1)
    const words = (after.split(/[.;:!?|\n。；：！？]/)[0] ?? '').toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? []
    const left = text.slice(Math.max(0, start - 24), start).replace(/[^\p{L}\d]+$/u, ' ')
    return {
      bound: bounds.find(([pattern]) => pattern.test(left))?.[1],
      isFrom: from.test(left),
      readings,
      written: text.slice(start, end),
      unit: unitOf(text.slice(0, start), after),
      words: words.slice(0, near),
    }
  })
}

function unitOf(left: string, after: string): string | undefined {
  const currency = before.exec(left.slice(-5))?.[0].trim().toLowerCase()
  if (currency !== undefined) return units.get(currency)
  const word = (next.exec(after)?.[1] ?? '').replace(/\s/g, '').toLowerCase()
  if (!spaceless.test(word)) return units.get(word)
  for (let length = Math.min(longestSpaceless, word.length); length > 0; length -= 1) {
    const unit = units.get(word.slice(0, length))
    if (unit !== undefined) return unit
  }
  return undefined
}

function agree(a: Measured, b: Measured): boolean {
  return [...a.readings].some((reading) => b.readings.has(reading))
}

/** Whether the claim goes from one number to another and the evidence from the other to the one. */
export function turnsRound(claim: string, evidence: string): boolean {
  const stated = measuredIn(evidence)
  const goes = (all: readonly Measured[], a: Measured, b: Measured) =>
    all.some(
      (each, i) =>
        each.isFrom && agree(each, a) && all[i + 1] !== undefined && agree(all[i + 1] as Measured, b),
    )
  const said = measuredIn(claim)
  return said.some((each, i) => {
    const next = said[i + 1]
    if (!each.isFrom || next === undefined || agree(each, next)) return false
    return goes(stated, next, each) && !goes(stated, each, next)
  })
}

const unitBehind = /(?<=[\p{Nd}])[\s\u00a0\u202f-]{0,2}([\p{L}]+)/gu

/** Without units behind numbers that the evidence writes otherwise: they are compared as such, "megabytes" is MB. */
export function withoutUnits(text: string, evidence: string): string {
  const there = evidence.toLowerCase()
  const isOther = (word: string) => units.has(word) && !there.includes(word)
  return text.replace(unitBehind, (whole, word: string) => (isOther(word.toLowerCase()) ? ' ' : whole))
}

/** A plural and its like. */
function kin(a: string, b: string): boolean {
  return a === b || (a.length > 3 && b.length > 3 && a.slice(0, 4) === b.slice(0, 4))
}
