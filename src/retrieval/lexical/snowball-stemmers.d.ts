/** The package ships without types; this is the part of it that is used. */
declare module 'snowball-stemmers' {
  interface Stemmer {
    stem(word: string): string
  }
  type Algorithm = 'armenian' | 'basque' | 'catalan' | 'czech' | 'english' | 'slovene'
  const snowball: { newStemmer(language: Algorithm): Stemmer }
  export default snowball
}
