/** Full stops that end no sentence. Each list says what must follow for the sentence to go on. */

/** Titles and references: a name or a number follows. */
const beforeName = new Set(
  (
    'dr mr mrs ms prof st mt ft gen col sgt lt capt rev hon pres gov sen rep sr jr messrs fr hr frau dipl ing ' +
    'v vs cf al e.g i.e eg ie viz approx ca resp esp incl excl z.b d.h u.a v.a o.ä bzw vgl sog ggf evtl inkl zzgl ' +
    'p.ex c.-à-d sra sres dra т.е т.к т.н т.д т.п см напр им ул проф акад гл стр рис'
  ).split(' '),
)
/** Only before a number: "No. 5", "Fig. 3", "Jan. 7"; "He said no." ends. */
const beforeNumber = new Set(
  (
    'no nr nos fig figs eq eqs sec secs ch vol p pp art abs para ver ed jan feb mar apr jun jul aug sep sept ' +
    'oct nov dec bd kap ст п табл'
  ).split(' '),
)
/** After these the sentence ends if what follows looks like a beginning. */
const perhaps = new Set(
  'etc usw inc ltd co corp bros dept est u.s u.k u.n e.u d.c a.m p.m ph.d b.c a.d г гг в вв н.э'.split(' '),
)
const beginnings = new Set(
  (
    'the a an he she it they we you i this that these those in on at for from by with as if when while after ' +
    'before however but and although there its his her their our your who what where why how many most some ' +
    'all since during not no to under er sie es der die das ein eine und aber wir diese dieser im am он она ' +
    'оно они это эта этот в на по с и но'
  ).split(' '),
)
const ordinalFollows =
  /^(?:Jan|Feb|M[äa]r|Apr|Ma[iy]|Jun|Jul|Aug|Sep|O[kc]t|Nov|De[zc]|Jahrhundert|Jh|Jahrtausend|Platz|Klasse|Lebensjahr)/

/** Whether the sentence that ends with `before` goes on in `after` although a full stop divides them. */
export function goesOn(before: string, after: string): boolean {
  // All that decides is near its end; a long sentence is asked about at each of its stops.
  const left = before.slice(-200).trimEnd()
  const right = after.trimStart().replace(/^["'“”„«([]+/, '')
  // Yahoo! is…; "Stop!" he said. A sentence does not begin with a lower-case letter.
  if (/[!?…]["'”’»)]*$/.test(left)) return /^\p{Ll}/u.test(right)
  // Japanese quotes end inside a sentence: 「はい。」と言った。
  if (/[。！？][」』]$/.test(left)) return /^(?:と|って|という|など)/.test(right)
  if (!left.endsWith('.')) return false
  const tail = left.slice(-24, -1)
  // The segmenter cuts "1. Text" behind the number of a list item.
  if (/^\s*\(?(?:\d{1,3}|[a-z])$/.test(left.slice(0, -1))) return true
  const word = /[\p{L}\p{M}\d.-]+$/u.exec(tail)?.[0] ?? ''
  const lower = word.toLowerCase()
  if (/^\d{1,2}$/.test(word)) return ordinalFollows.test(right)
  if (beforeNumber.has(lower)) return /^\p{N}/u.test(right)
  if (beforeName.has(lower)) return right !== ''
  // z. B., т. е.: written with a space between.
  if (/^\p{Ll}$/u.test(word) && /^\p{L}\./u.test(right)) return true
  const initial = /^(?:\p{Lu}\.)*\p{Lu}$/u.test(word)
  if (!initial && !perhaps.has(lower)) return false
  const next = /^[\p{L}\p{M}]+/u.exec(right)?.[0] ?? ''
  return next !== '' && !beginnings.has(next.toLowerCase())
}
