import { addressEnd, asciiPart, withoutTrailing } from './link-text.ts'

/** The links that may stand in an answer. */
export interface KnownLinks {
  has(address: string): boolean
  /** Whether this host stands there, alone or as a part of another name, and with this path right behind it. */
  hasBare(host: string, path: string): boolean
  /** Whether this HTML tag stands there, word for word. */
  hasTag(tag: string): boolean
}

const address =
  /[a-z][a-z0-9+.-]{0,31}:\/\/|www\.|(?:mailto|tel|sms|javascript|vbscript|data|blob|file|about):/gi
/** Behind what a destination stands: a link's text, a definition's label, an attribute, an opening "<". */
const target =
  /(?:\]\([ \t\n]{0,3}|\]:[ \t\n]{0,3}|\b(?:href|src)\s{0,3}=\s{0,3}["']?)<?([^\s<>"']{1,1000})/gi
const email = /[a-z0-9._+-]{1,64}@[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){1,8}/gi
/** Names with dots, hosts among them. */
const dotted = /[\p{L}\p{M}\p{N}\p{So}\p{Cf}-]{1,255}(?:\.[\p{L}\p{M}\p{N}\p{So}\p{Cf}-]{1,255}){1,10}/gu
const tag = /<[^<>\n]{1,300}>/g

/** Longer ones are cut, and then stand for none that an answer could have. */
const longestKnown = 2_000

/** The links in these texts: addresses, the destinations of Markdown links and HTML attributes, e-mail addresses. */
export function linksIn(texts: readonly string[]): KnownLinks {
  const links = new Set<string>()
  const bare = new Set<string>()
  const tags = new Set<string>()
  const add = (link: string) => {
    const bare = withoutTrailing(link)
    for (const each of [link, bare]) {
      links.add(each)
      links.add(each.endsWith('/') ? each.slice(0, -1) : `${each}/`)
    }
  }
  for (const text of texts) {
    for (const { index } of text.matchAll(address)) {
      const whole = text.slice(index, addressEnd(text, index, longestKnown))
      add(whole)
      add(asciiPart(whole))
    }
    for (const match of text.matchAll(target)) {
      const destination = match[1] ?? ''
      add(destination.slice(0, addressEnd(destination, 0, longestKnown)))
    }
    for (const match of text.matchAll(email)) add(match[0].toLowerCase())
    for (const { index, 0: name } of text.matchAll(dotted)) {
      const labels = name.toLowerCase().split('.')
      for (const from of labels.keys())
        for (let to = from + 2; to <= labels.length; to += 1) bare.add(labels.slice(from, to).join('.'))
      const end = index + name.length
      const path = text.slice(end, addressEnd(text, end, longestKnown))
      // Text without spaces goes on right before and behind it.
      const ascii = /[a-z0-9-]*$/.exec(labels[0] ?? '')?.[0] ?? ''
      for (const host of [labels.join('.'), [ascii, ...labels.slice(1)].join('.')])
        for (const each of [path, withoutTrailing(path), asciiPart(path), withoutTrailing(asciiPart(path))]) {
          bare.add(host + each)
          bare.add(each.endsWith('/') ? (host + each).slice(0, -1) : `${host + each}/`)
        }
    }
    for (const match of text.matchAll(tag)) tags.add(match[0])
  }
  links.delete('')
  links.delete('/')
  return {
    has: (link) => links.has(link),
    hasBare: (host, path) => bare.has(host.toLowerCase() + path),
    hasTag: (text) => tags.has(text),
  }
}
