/**
 * Words that only put a question and no answer repeats: "how long", "est-ce que", 何分, 얼마나. What they ask for is known by
 * answer-type.ts. Phrases that one language has to itself: those of a single word are function words.
 */
const phrases: readonly RegExp[] = [
  /\bhow (?:many|much|long|often|old|far|tall|high|big|large|deep|fast|heavy|wide|soon|late)\b/giu,
  /\b(?:can|could) you (?:please )?(?:tell|explain|show)(?: to)?(?: me| us)?\b/giu,
  /(?<!\p{L})(?:bis |seit |ab )?(?:wann|wie ?(?:viele?n?|lange?|oft|hoch|groß|gross|alt|weit|teuer|schnell|schwer|tief|breit))(?!\p{L})/giu,
  /(?<!\p{L})(?:est-ce qu['’e]|qu['’]est-ce qu['’e]|y a-t-il|jusqu['’]à quand|(?:ai|puis|dois|faut|peut|est|sont|doit)-(?:je|il|elle|on|ils|elles|nous|vous))(?!\p{L})/giu,
  /(?<!\p{L})(?:hasta cuándo|desde cuándo|con qué frecuencia|cada cuánto|hay que)(?!\p{L})/giu,
  /(?<!\p{L})(?:ne kadar(?: sürer)?|ne zaman|kaç(?: tane| kez| kere)?|ne sıklıkla|hangi)(?!\p{L})/giu,
  /(?<!\p{L})(?:как (?:часто|долго|далеко|быстро)|в каком году|до какого)(?!\p{L})/giu,
  /何(?:年|月|日|時|分|秒|人|名|個|本|枚|冊|回|度|歳|階|円|台|番|合|種類|時間|週間|ヶ月|か月|曜日)?(?:間|分|目|ごと)?/gu,
  /(?:を|は|か|が|について)?(?:教えて|知りたい|説明して)(?:ください|下さい|ほしい|です)?|誰|幾つ/gu,
  /请问|請問|请告诉我|多(?:少|久|长|大|高|远|重)|哪(?:里|裡|儿|个|個|些|年|天|种|位|一[年天个])?|几(?:个|個|年|天|月|次|种|岁|点)?|怎(?:么样|样|么|樣|麼)/gu,
]

/** The text with what only asks blotted out. */
export function withoutAsking(text: string): string {
  return phrases.reduce((left, phrase) => left.replace(phrase, ' '), text)
}
