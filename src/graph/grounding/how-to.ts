import { ordinalOf } from './whole-list.ts'

/** Questions that ask for a way to do something. */
const asks =
  /\bhow (?:to|(?:do|can|could|should|would|must) (?:i|we|you|one))\b|\b(?:steps|way|ways) to\b|\bwie (?:kann|mache|muss|soll|lässt|erstelle|setze|füge)\b|\bcomment\b|\bhoe (?:kan|moet|maak|stel)\b|(?<!\p{L})(?:cómo|nasıl|כיצד|איך|كيف)(?!\p{L})|que faire\b|(?<!\p{L})как (?:мне |можно |нужно )?\p{L}+ть(?!\p{L})|には(?:どう|[？?]|$)|(?:方法|やり方)(?:は|を|$)|どうすれば|どのように|如何|怎么|怎麼|怎样|어떻게|방법|作り方|使い方|อย่างไร|ยังไง|วิธี/iu
/** What tells a reader what to do. */
const instructs =
  /\byou (?:can|could|just|only|have to|need to|should|must|would)\b|\bby \p{L}+ing\b|^(?:first|then|next|now)?,?\s?(?:to \p{L}+|use|add|create|set|run|install|declare|import|pass|call|define|open|start|write|make|put|activate|enable|return|raise)\b|\b(?:kannst|können sie|müssen)\b|(?:можно|нужно|следует)|(?:できます|ください|しましょう|使います|使用します)|可以|สามารถ/iu
const code = /`[^`\n]+`/

export function asksHowTo(question: string): boolean {
  return asks.test(question)
}

/** @param quote its Markdown */
export function instructsIn(plain: string, quote: string): boolean {
  return instructs.test(plain) || code.test(quote) || ordinalOf(quote) !== undefined
}
