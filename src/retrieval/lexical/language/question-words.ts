/**
 * Words that questions are put with and manuals seldom have, by language, in lower case: "How do I …" is to find no passage
 * for its "I". The commonest words of texts, which these are not, are in function-words.ts.
 */
export const questionWords: Readonly<Record<string, ReadonlySet<string>>> = {
  en: words('i me my we our do does did doing should could must please'),
  de: words('ich mir mich mein meine wir uns unser welche welcher welches welchen warum wieso bitte'),
  fr: words('je me moi mon ma mes nous notre nos comment pourquoi quel quelle quels quelles dois puis'),
  es: words('yo me mi mis nosotros nuestro nuestra cómo cuál cuáles cuándo dónde puedo debo'),
  ru: words('я мне меня мой моя мы нам наш сколько почему зачем какой какая какие каким можно'),
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '))
}
