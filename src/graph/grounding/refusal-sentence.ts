/** Sentences that say that the passages hold no answer, as models write them in the languages we have met. */
const source =
  /\b(?:passages?|documents?|documentation|context|sources?|(?:provided|given|available) (?:text|information|excerpts?|materials?)|information (?:provided|given)|excerpts?|collection|textes?|extraits?|passagen|textstellen|texten?|dokumenten?|quellen|kontext|auszüge\w*|pasajes?|documentos?|textos?|contexto|fuentes?|brani|passaggi|documenti|testi|trechos)\b/i
const denial =
  /\b(?:(?:do|does|did)(?: not|n['’]t)|cannot|can['’]?t|can not|not|no|nothing|none|neither|insufficient|without|unable|nicht|keine?\w*|nichts|ne|pas|aucun\w*|rien|ningún|ninguna?|nada|non|nessun\w*|não|nenhum\w*)\b/i
const speech =
  /\b(?:answer\w*|mention\w*|contain\w*|provide\w*|say|says|said|state[sd]?|specif\w*|include[sd]?|discuss\w*|address\w*|describe\w*|explain\w*|support\w*|give[sn]?|cover\w*|information|find|found|enough|evidence|beantwort\w*|antwort\w*|enth\w+|erwähn\w*|angaben?|informationen|répon\w*|réponse|mentionn\w*|contien\w*|indiqu\w*|informations?|respond\w*|respuesta|menciona\w*|contiene\w*|información|rispond\w*|rispost\w*|menzion\w*|informazion\w*|respost\w*|mencion\w*|informaç\w*)\b/i
const incapable =
  /\b(?:I (?:do not|don['’]t|cannot|can['’]?t|could not|couldn['’]t|am unable to|am not able to) (?:know|find|answer|determine|provide)|(?:not|insufficient) enough (?:information|context|evidence)|there is (?:no|not enough|insufficient) (?:information|evidence|mention)|no (?:answer|evidence|mention) (?:can|could|is|was|of))\b/i
const otherScripts: readonly RegExp[] = [
  /(?:отрыв|документ|фрагмент|текст|источник|контекст)[\p{L}]*[^.!?]{0,60}(?:\sне\s|\sнет\s)|(?:^|\s)(?:нет|не)\s[^.!?]{0,60}(?:отрыв|документ|фрагмент|текст|источник|контекст)/iu,
  /(?:段落|文档|文件|资料|資料|上下文|原文|来源|內容|内容|文本)[^。！？]{0,30}(?:没有|沒有|未|无法|無法|不[能包])|(?:没有|沒有|无法|無法|未)[^。！？]{0,30}(?:段落|文档|资料|資料|上下文|文本)/u,
  /(?:文書|文章|段落|資料|コンテキスト|文脈|情報|抜粋|パッセージ|ドキュメント|テキスト|答え|回答)[^。！？]{0,40}(?:ません|ない|なかった|できない)/u,
  /(?:ข้อความ|เอกสาร|บริบท|ข้อมูล|แหล่ง)[\s\S]{0,60}ไม่(?:ได้|มี|พบ|สามารถ|ตอบ)|ไม่(?:มี|พบ)(?:ข้อมูล|คำตอบ)/u,
]
/** "The documents say that no fee is charged" reports what they say. */
const reports =
  /\b(?:passages?|documents?|documentation|context|sources?|text|excerpts?|materials?|collection)(?: \[\d{1,3}\])?,? (?:(?:also|clearly|explicitly|only|then|further|it|they) )?(?:says?|said|states?|stated|mentions?|mentioned|explains?|notes?|specif(?:y|ies)|describes?|indicates?|confirms?|shows?|reports?|claims?|adds?)\b(?! (?:nothing|no |neither|nowhere|little))|\b(?:passagen?|dokumente?n?|textstellen|quellen?|texte?n?) (?:besag\w+|sag\w+|nenn\w+|erwähn\w+|beschreib\w+),? (?:dass|daß)\b|\b(?:passages?|documents?|textes?|extraits?) (?:disent|dit|indiquent?|mentionnent?|précisent?|expliquent?) qu|\b(?:pasajes?|documentos?|textos?) (?:dicen?|indican?|mencionan?|explican?|afirman?) que\b|(?:документ|отрыв|текст|источник)\p{L}* (?:говор|сказа|сообща|указыва|утвержда)\p{L}*,? что|(?:段落|文档|文件|资料|資料|原文|来源)(?:中)?(?:说|說|指出|提到|表示|写道|显示|显示|说明)(?!没有|沒有|未)/iu
/** What comes after is a statement of its own, which must be cited like any other. */
const turnsToClaim =
  /[,;—–]\s*(?:but|however|although|though|yet|aber|jedoch|mais|cependant|pero|sin embargo|ma|mas|но|однако)\b/iu

/** Whether a sentence says that the passages do not answer, and says nothing else. */
export function refusesIn(sentence: string): boolean {
  if (turnsToClaim.test(sentence) || reports.test(sentence)) return false
  if (/,\s*(?:но|однако)\s/iu.test(sentence)) return false
  if (incapable.test(sentence)) return true
  if (source.test(sentence) && denial.test(sentence) && speech.test(sentence)) return sentence.length <= 400
  return otherScripts.some((pattern) => pattern.test(sentence))
}
