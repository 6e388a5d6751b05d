/** Sentences about the text and not about its matter: "In the next chapter I will explain that." */
const signpost =
  /\b(?:let['’]s (?:see|start|look|check)|(?:i|we)(?:['’]ll| will| am going to) (?:explain|show|see|give|learn|tell)|you(?:['’]ll| will) (?:see|learn|read|find)|(?:i|we|you)(?:['’]ve| have)? (?:already )?(?:seen|saw|learned|read) |(?:next|previous|following|future|last) (?:chapters?|sections?|pages?|steps?)|(?:as|like) (?:shown|seen|mentioned|described) (?:above|before|earlier)|(?:section|chapter|guide|page)s? (?:about|on) |read (?:the|more|about)|see also|covered in|for (?:more|further) (?:details|information))/i

export function isSignpost(plain: string): boolean {
  return (
    signpost.test(plain) || /(?:後で|次の章|前の章|見てきました|読んでください|見てみましょう)/.test(plain)
  )
}
