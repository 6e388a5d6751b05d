/**
 * What the answer to a question should hold, by the question's wording. Only a bonus comes of it: a sentence without the
 * hint can still win, and a language that is not here loses nothing.
 */
type AnswerType = {
  readonly asks: RegExp
  /** What of a sentence is of that type. Where the question itself has it, it is no answer. */
  readonly holds: RegExp
}

/** A name within a sentence: capital, and not at its beginning. */
const name = /(?<=[\p{L}\d,;’'"”)]\s)\p{Lu}\p{Ll}+/gu
const months =
  'January|February|March|April|May|June|July|August|September|October|November|December|Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember|янв|фев|март|апрел|ма[яй]|июн|июл|август|сентябр|октябр|ноябр|декабр|มกราคม|กุมภาพันธ์|มีนาคม|เมษายน|พฤษภาคม|มิถุนายน|กรกฎาคม|สิงหาคม|กันยายน|ตุลาคม|พฤศจิกายน|ธันวาคม'
const numbers =
  'one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand|million|billion|half|third|quarter|dozen|once|twice|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|hundert|tausend|deux|trois|quatre|cinq|dix|cent|mille|dos|tres|cuatro|cinco|diez|cien|mil'

const answerTypes: readonly AnswerType[] = [
  {
    asks: /\b(?:when|what (?:year|date|day|month|century|decade|time)|(?:which|what) (?:\w+ )?(?:year|century|decade)|since when|wann|welche[mnrs]? (?:Jahr|Tag|Datum|Monat|Jahrhundert)|quand|quelle (?:année|date)|cuándo|qué (?:año|fecha))\b|когда|како[мйе] (?:год|век|дат)|เมื่อ(?:ไร|ไหร่|ใด)|ปี(?:ใด|ไหน|อะไร)|いつ|何[年月日]|什么时候|什麼時候|何时|何時|哪一?年/iu,
    holds: new RegExp(
      `(?<!\\d)(?:1\\d{3}|20\\d{2}|25\\d{2})(?!\\d)|\\d{1,2}(?:st|nd|rd|th)\\b|\\bcentur(?:y|ies)\\b|\\b\\d{3,4}s\\b|\\d\\s?[年月日]|Jahrhundert|(?:век|год)[аеу]?(?!\\p{L})|${months}`,
      'gu',
    ),
  },
  {
    asks: /\b(?:how (?:many|much|old|long|far|tall|high|big|large|often|deep|fast)|what (?:percentage|percent|number|amount|age|is the population|was the population)|wie ?viele?|wie (?:hoch|lange?|alt|groß|weit|oft|schnell|tief)|combien|cuánt[oa]s?)\b|сколько|как часто|กี่|เท่า(?:ไร|ไหร่|ใด)|いくつ|いくら|何[人個回本枚歳]|ど(?:の|れ)くらい|多少|[几幾][个個年人]|多[长大高远久]/iu,
    holds: new RegExp(
      `\\p{Nd}+|(?<!\\p{L})(?:${numbers})(?!\\p{L})|(?<!\\p{L})(?:одн|дв[аеу]|тр[её]|четыр|пят|шест|сем|восем|девят|десят|сто|тысяч|миллион|полови)\\p{L}*|[一二三四五六七八九十百千万億]+|(?:หนึ่ง|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า|สิบ|ร้อย|พัน|ล้าน)`,
      'giu',
    ),
  },
  {
    asks: /\b(?:who|whom|whose|what (?:was|is) the name|(?:which|what) (?:person|people|president|king|queen|author|actor|scientist)|qui|quién(?:es)?)\b|(?<!\p{L})(?:кто|кого|кому|кем|ч[её]й|чья)(?!\p{L})/iu,
    holds: name,
  },
  {
    asks: /\b(?:where|(?:what|which) (?:country|city|state|place|river|town|region))\b/i,
    holds: /\b(?:in|at|near|from|to|of)\s(?:the\s)?\p{Lu}\p{L}*/gu,
  },
  {
    asks: /\b(?:wo|woher|wohin)\b|(?<!\p{L})(?:где|куда|откуда)(?!\p{L})/iu,
    holds: /(?<!\p{L})(?:in|im|bei|aus|nach|am|в|во|на|из|под|около)\s(?:der\s|den\s)?\p{Lu}\p{L}*/gu,
  },
  {
    asks: /\b(?:why|for what reason|warum|weshalb|wieso|pourquoi|por qué)\b|почему|зачем|ทำไม|เพราะเหตุใด|なぜ|どうして|为什么|為什麼|为何/iu,
    holds:
      /\b(?:because|due to|since|so that|in order to|caused?|reasons?|result(?:ed|s)?|to avoid|therefore|as a consequence|led to|weil|wegen|aufgrund|damit|parce que|porque)\b|потому|поскольку|из-за|чтобы|так как|เพราะ|เนื่องจาก|ため|ので|理由|因为|因為|由于/giu,
  },
]

/** Whether a sentence holds what the question asks for; undefined where its wording says nothing. */
export function expectedIn(question: string): ((sentence: string) => boolean) | undefined {
  const type = answerTypes.find(({ asks }) => asks.test(question))
  if (type === undefined) return undefined
  const asked = question.toLowerCase()
  return (sentence) => {
    for (const [found] of sentence.matchAll(type.holds)) if (!asked.includes(found.toLowerCase())) return true
    return false
  }
}
