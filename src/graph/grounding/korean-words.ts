const hangul = /\p{Script=Hangul}+/gu
/** What a question asks with, endings included. */
const asking =
  /^(?:얼마|어떻게|어떤|어떠|어느|어디|누구|누가|무엇|무슨|언제|왜$|몇|뭐|뭘|있습니|있나|없습니|없나|됩니|되나|합니|하나요|입니까|인가요|수$|것|안$)/u
/** Endings of verbs, and of what 하다 makes a verb; the longest come first. */
const verbEnding =
  /(?:하십시오|하려면|하나요|합니까|합니다|했습니까|했나요|했습니다|해야|해요|하면|하는|하기|됩니까|됩니다|되나요|되었습니까|되었나요|으려면|려면|습니까|습니다|입니까|입니다|인가요|이에요|예요|으면|나요|까요|니까)$/u
const particle =
  /(?:으로부터|에게서|에서는|에서|에게|까지|부터|으로|이나|은|는|이|가|을|를|의|에|로|와|과|도|만)$/u

/** Korean with its grammar blotted out: words without question words, endings and particles. */
export function koreanContent(text: string): string {
  return text.replace(hangul, (word) => {
    if (asking.test(word)) return ' '
    return shortened(shortened(word, verbEnding), particle)
  })
}

/** One syllable may be a word, but is too little to tell a particle from a part of it. */
function shortened(word: string, ending: RegExp): string {
  const bare = word.replace(ending, '')
  return bare.length > 1 || (bare.length === 1 && word.length === 2) ? bare : word
}
