/**
 * Words that what is asked for implies: who asks what something costs is answered by an amount, whether or not "costs" stands
 * beside it.
 */
const light =
  /^(?:costs?|located|situated|happen(?:ed|s)?|takes?|lasts?|called|needs?|get|liegt|befindet|kostet|kosten|dauert|gilt|heißt|beträgt|brauche|bekomme|sitzt|passiert|coûte(?:nt)?|trouve|situé|dure|appelle|besoin|cuestan?|encuentra|ubicad[ao]|queda|dura|llama|necesito|recibo|costa(?:no)?|trova|chiama|custa|fica|chama|sürer|gerekir|bulunur|стоит|находится|длится|называется|нужно|يقع|تقع|תוקף|נמצאת?|עולה|צריך|需要|位于|かかり)$/iu

export function isLight(word: string): boolean {
  return light.test(word)
}
