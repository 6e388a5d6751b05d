/**
 * What the answer to a question should hold, by the question's wording. A sentence without the hint can still win, and a
 * language that is not here loses nothing.
 */
type AnswerType = {
  readonly asks: RegExp
  /** What of a sentence is of that type. Where the question itself has it, it is no answer. */
  readonly holds: RegExp
  /** Nothing else can be the answer: a passage without it has none. */
  readonly isStrict?: boolean
}

/** A name within a sentence: capital, and not at its beginning. */
const name = /(?<=[\p{L}\d,;’'"”)]\s)\p{Lu}\p{Ll}+/gu
const months =
  'January|February|March|April|May|June|July|August|September|October|November|December|Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|dezembro|Ocak|Şubat|Mart|Nisan|Mayıs|Haziran|Temmuz|Ağustos|Eylül|Ekim|Kasım|Aralık|янв|фев|март|апрел|ма[яй]|июн|июл|август|сентябр|октябр|ноябр|декабр|มกราคม|กุมภาพันธ์|มีนาคม|เมษายน|พฤษภาคม|มิถุนายน|กรกฎาคม|สิงหาคม|กันยายน|ตุลาคม|พฤศจิกายน|ธันวาคม|يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر|ינואר|פברואר|מרץ|אפריל|יוני|יולי|אוגוסט|ספטמבר|אוקטובר|נובמבר|דצמבר'
const weekdays =
  '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|(?:Mon|Diens|Donners|Frei|Sams|Sonn)tags?|Mittwochs?|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábados?|domingos?|lunedì|martedì|mercoledì|giovedì|venerdì|понедельник|вторник|сред[ауы]|четверг|пятниц|суббот|воскресень|[月火水木金土日]曜|星期[一二三四五六日天]|周[一二三四五六日]|[월화수목금토일]요일|الأحد|الاثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت|ראשון|שני|שלישי|רביעי|חמישי|שישי|שבת'
const spans =
  '(?:days?|weeks?|months?|hours?|minutes?|Tage?n?|Wochen?|Monate?n?|Stunden?|Minuten?|jours?|semaines?|mois|heures?|días?|semanas?|meses|horas?|giorni|settimane|mesi|ore|gün|hafta|ay|saat|дн(?:я|ей)|недел[ьи]|месяц(?:а|ев)?|час(?:а|ов)?)'
const numbers =
  'one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand|million|billion|half|third|quarter|dozen|once|twice|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|hundert|tausend|deux|trois|quatre|cinq|sept|huit|neuf|dix|cent|mille|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|cien|mil|tre|quattro|cinque|otto|dieci|dois|duas|três|quatro|oito|dez|iki|üç|dört|beş|altı|yedi|sekiz|dokuz|yüz|yarı(?:m|sı|ya)?|twee|drie|vijf|zes|zeven|negen|tien|dwa|dwie|trzy|cztery|pięć'
const numbersElsewhere =
  '[一二三四五六七八九十百千万億两]+[^一-龠]?|(?:한|두|세|네|다섯|여섯|일곱|여덟|아홉|열|절반) ?|(?:واحد|اثنان|اثنين|ثلاث|أربع|خمس|ست[ةه]|سبع|ثمان|تسع|عشر|مئ[ةه]|ألف|نصف|ربع|ثلث|سنتان|سنتين|شهران|شهرين|يومان|يومين|أسبوعان|أسبوعين|مرة|مرتين)|(?:אחד|אחת|שני|שתי|שנתיים|שעתיים|יומיים|שבועיים|חודשיים|שלוש|ארבע|חמש|שש|שבע|שמונה|תשע|עשר|מאה|אלף|חצי|רבע|פעם|פעמיים)'

/** Of money, in words and signs. */
const currencies =
  /[$€£¥₩₺₽₪฿₹]|\b(?:dollars?|euros?|EUR|USD|GBP|CHF|pounds?|cents?|pence|francs?|yuan|yen|rupees?|roubles?|rubles?|pesos?|coins?|tokens?|credits?|won|rand|kron(?:er|or|a|e)|złot\p{L}*|PLN|CZK|SEK|NOK|DKK|Münzen?|pièces|monedas|lira[sn]?|lirası?|free|kostenlos|kostenfrei|gratis|gratuite?s?|gratuit[oa]s?)(?!\p{L})|(?<!\p{L})(?:liradır|liranın|ücretsiz\p{L}*|рубл\p{L}*|руб|бесплатн\p{L}*|מטבע|שקל\p{L}*|ש"ח|חינם|دينار\p{L}*|دنانير|درهم|دراهم|ريال\p{L}*|جنيه\p{L}*|دولار\p{L}*|يورو|مجاني\p{L}*|ليرة)|[元円圆块]|\d\s?(?:원|zł|Kč|Ft|kr(?!\p{L}))|免费|免費|無料|무료|บาท|ฟรี/u
/** No list has every currency: what something costs, and a number, is a price, too. */
const costs =
  'costs?|prices?|priced|fees?|charge[sd]?|pays?|paid|earns?|kostet|kosten|Preis|Gebühr|coûten?t?|prix|tarif|cuestan?|precio|costano?|prezzo|preço|kosztuje|cena|kostar|koster'

const answerTypes: readonly AnswerType[] = [
  {
    asks: /\bhow much (?:money|(?:does|do|did|is|are|was|will|would|must|should) .{0,80}\b(?:costs?|pay|paid|earn|charged?))\b|\b(?:what (?:is|are|was) the (?:price|cost|fee|salary)|what (?:does|do|did) .{0,80}\bcost|wie teuer|was kosten?t?|wie ?viel (?:kosten?t?|verdien\w*|zahl\w*)|combien co[uû]te\w*|combien (?:gagne|paie|payer)\w*|cuánto (?:cuesta\w*|vale|gan\w+|pag\w+)|quanto (?:costa\w*|custa\w*))|(?<!\p{L})(?:quel est le (?:prix|tarif|salaire)|cuál es el (?:precio|sueldo)|fiyatı|ücreti ne kadar|сколько сто[ия]т|какова цена|כמה עול[ה]|מה המחיר|ما (?:هو |هي )?(?:سعر|ثمن|رسوم)|كم (?:سعر|ثمن|يكلف|تكلف))|多少钱|多少錢|价格是|いくら|(?:値段|料金|価格)は|(?:가격|요금|비용)[은이]/iu,
    holds: new RegExp(
      `${currencies.source}|(?<!\\p{L})(?:${costs})(?!\\p{L})[^\\d.!?]{0,60}?(?:\\d|(?<!\\p{L})(?:${numbers})(?!\\p{L}))`,
      'giu',
    ),
    isStrict: true,
  },
  {
    asks: /\b(?:when|what (?:year|date|day|month|century|decade|time)|(?:which|what) (?:\w+ )?(?:year|century|decade|day)|since when|wann|welche[mnrs]? (?:Jahr|Tag|Datum|Monat|Jahrhundert)|quand|quelle? (?:année|date|jour)|quando|wanneer|kiedy)\b|(?<!\p{L})(?:cuándo|qué (?:año|fecha|día)|che anno|que ano|ne zaman|hangi (?:yıl|tarih|gün)|когда|како[мйе] (?:год|век|дат|день)|متى|في أي (?:عام|سنة|يوم)|מתי|באיז[הו] (?:שנה|תאריך|יום))|เมื่อ(?:ไร|ไหร่|ใด)|ปี(?:ใด|ไหน|อะไร)|いつ|何[年月日曜時](?!間)|什么时候|什麼時候|何时|何時|[哪几]一?[年天]|언제|몇 ?[년월일시]/iu,
    holds: new RegExp(
      `(?<!\\d)(?:1\\d{3}|20\\d{2}|25\\d{2})(?!\\d)|\\d{1,2}(?:st|nd|rd|th)\\b|\\bcentur(?:y|ies)\\b|\\b\\d{3,4}s\\b|\\d{1,2}[:.]\\d{2}(?!\\d)|\\d\\s?(?:[年月日]|h\\b|Uhr)|Jahrhundert|(?:век|год)[аеу]?(?!\\p{L})|(?:\\d|${numbers})\\s(?:\\p{L}+\\s)?${spans}(?!\\p{L})|\\d\\s?[년월일시]|오[전후]|[午][前後]|(?<!\\p{L})(?:${weekdays})|${months}`,
      'gu',
    ),
  },
  {
    asks: /\b(?:how (?:many|much|old|long|far|tall|high|big|large|often|deep|fast|heavy)|what (?:percentage|percent|number|amount|age|price|is the population|was the population)|wie ?viele?|wie (?:hoch|lange?|alt|groß|weit|oft|schnell|tief|teuer|schwer)|combien|cuánt[oa]s?|quant[oaie]s?|hoeveel|hoe (?:lang|vaak|groot|oud|hoog)|ile)\b|(?<!\p{L})(?:kaç|ne kadar|сколько|как (?:часто|долго)|כמה|كم)(?!\p{L})|กี่|เท่า(?:ไร|ไหร่|ใด)|いくつ|いくら|何(?:人|個|回|本|枚|冊|歳|階|円|台|分|秒|日|週|時間|キロ|メートル|パーセント|番)|ど(?:の|れ)くらい|多少|[几幾][个個年人天次条]|多[长大高远久重]|얼마|몇/iu,
    holds: new RegExp(
      `\\p{Nd}+|(?<!\\p{L})(?:${numbers})(?!\\p{L})|(?<!\\p{L})(?:одн|дв[аеу]|тр[её]|четыр|пят|шест|сем|восем|девят|десят|сто|тысяч|миллион|полови)\\p{L}*|${numbersElsewhere}|(?:หนึ่ง|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า|สิบ|ร้อย|พัน|ล้าน)`,
      'giu',
    ),
  },
  {
    asks: /\b(?:who|whom|whose|what (?:was|is) the name|(?:which|what) (?:person|people|president|king|queen|author|actor|scientist)|qui|chi|wie (?:is|was|heeft)|kto)\b|(?<!\p{L})(?:quién(?:es)?|quem|kim(?:dir|in|e)?|кто|кого|кому|кем|ч[её]й|чья)(?!\p{L})/iu,
    holds: name,
  },
  {
    asks: /\b(?:where|(?:what|which) (?:country|city|state|place|river|town|region))\b/i,
    holds: /\b(?:in|at|near|from|to|of)\s(?:the\s)?\p{Lu}\p{L}*/gu,
  },
  {
    asks: /\b(?:wo|woher|wohin|waar|gdzie)\b|(?<!\p{L})(?:où|dónde|adónde|dove|onde|nerede(?:n|dir)?|где|куда|откуда)(?!\p{L})/iu,
    holds:
      /(?<!\p{L})(?:in|im|bei|aus|nach|am|en|à|au|aux|dans|de|du|calle|rue|a|nel|nella|em|no|na|w|te|в|во|на|из|под|около)\s(?:der\s|den\s|la\s|el\s|le\s|l['’])?\p{Lu}\p{L}*|\p{Lu}\p{L}+['’]?(?:de|da|te|ta|dedir|dadır|tedir|tadır)(?!\p{L})/gu,
  },
  {
    asks: /\b(?:why|for what reason|warum|weshalb|wieso|pourquoi|waarom|dlaczego|perché)\b|(?<!\p{L})(?:por qu[eéê]|porquê|neden|niçin|niye|почему|зачем|لماذا|למה|מדוע)(?!\p{L})|ทำไม|เพราะเหตุใด|なぜ|どうして|为什么|為什麼|为何|왜/iu,
    holds:
      /\b(?:because|due to|since|so that|in order to|caused?|reasons?|result(?:ed|s)?|to avoid|therefore|as a consequence|led to|weil|wegen|aufgrund|damit|(?<=, )da|denn|parce que|pour (?:que|éviter|cause|des raisons|raison)|afin|grâce à|en raison|porque|para que|debido|dado que|perché|poiché|pois|omdat|zodat|ponieważ)\b|потому|поскольку|из-за|чтобы|так как|(?<!\p{L})(?:çünkü|nedeniyle|yüzünden|dolayı|sayesinde|için)(?!\p{L})|(?:لأن|بسبب|نظر[اًا]|لكي|حتى لا)|(?<!\p{L})(?:כי|מפני|בגלל|כדי|משום|מכיוון|מאחר|עקב)|เพราะ|เนื่องจาก|ため|ので|から(?:です|だ|。)|理由|因为|因為|由于|以免|때문|위해|므로|도록/giu,
  },
]

/** What a question asks for, as its wording has it. */
export type Expected = {
  /** Whether a sentence holds that. */
  readonly isIn: (sentence: string) => boolean
  readonly isStrict: boolean
}

/** Undefined where the wording says nothing. */
export function expectedIn(question: string): Expected | undefined {
  const type = answerTypes.find(({ asks }) => asks.test(question))
  if (type === undefined) return undefined
  const asked = question.toLowerCase()
  const isIn = (sentence: string) => {
    for (const [found] of sentence.matchAll(type.holds)) if (!asked.includes(found.toLowerCase())) return true
    return false
  }
  return { isIn, isStrict: type.isStrict ?? false }
}
