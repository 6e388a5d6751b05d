/** Questions for what something is: "What is ASGI?", and not "What is the name of the man who built it?". */
const asks =
  /^\s*(?:what(?:['’]s| is| are| was| were| does)|define|explain)\s(?:(?:an?|the)\s)?(?!.{0,60}\b(?:of|in|for|by|from|on|with|between|name|difference)\b)[\p{L}\p{N}'’._+#/-]+(?:\s[\p{L}\p{N}'’._+#/-]+){0,3}\s?\??\s*$|^\s*(?:was (?:ist|sind|bedeutet)|что такое|qu['’]est-ce qu|qué (?:es|son)|什么是|什麼是|何謂)|คืออะไร|とは(?:何|なん|$|[？?])|是什么|是什麼/iu
const says =
  /(?<!\p{L})(?:is|are|was|were|means?|refers? to|stands? for|ist|sind|bezeichnet|bedeutet|est|sont|es|son|это|является|называ(?:ется|ют))(?!\p{L})|คือ|หมายถึง|とは|は|是|指/giu
/** How far into a sentence its subject reaches. */
const REACH = 90

export function asksForDefinition(question: string): boolean {
  return asks.test(question)
}

/** The beginning of a sentence up to where it says what its subject is; undefined where it does not. */
export function definedIn(plain: string): string | undefined {
  for (const { index } of plain.slice(0, REACH).matchAll(says)) if (index > 0) return plain.slice(0, index)
  return undefined
}
