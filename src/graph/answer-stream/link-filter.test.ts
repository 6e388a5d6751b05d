import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutText, filtered } from './filtered.fixture.ts'
import { linksIn } from './known-links.ts'
import { createLinkFilter } from './link-filter.ts'

const passages = [
  'See https://docs.example/guide. And [the API](https://docs.example/api?x=(1)), [local](/install.html).',
  'Write to help@docs.example or open www.docs.example (https://docs.example).\n\n[ref]: https://docs.example/ref',
  'Use `<a href="/x">` for links and `user.name`, 詳しくは https://docs.example/日本 を見て。',
]
const known = linksIn(passages)
const left = (text: string) => filtered(createLinkFilter(known), [text])

describe('a link filter', () => {
  it.each([
    ['See https://docs.example/guide.'],
    ['See (https://docs.example/guide), please.'],
    ['[API](https://docs.example/api?x=(1)) and [local](/install.html).'],
    ['**https://docs.example** and <https://docs.example/ref>'],
    ['Write to help@docs.example or www.docs.example.'],
    ['[https://docs.example](https://docs.example)'],
    ['Call `<a href="/x">` there.'],
    ['https://docs.example/日本 を見て'],
    [
      'Ratio 3:1, data: none, http or www, a < b > d, x@y, and/or // this, a]: b, List<String>, R&D, AT&T; e.g. `f[0]`',
    ],
    ['Before.\n\n```html\n<img src="x.png"> a[i](x) &#39; x@y.z\n```\nAfter <br> and <b>this</b>.'],
    ['Note: see the tables (a), [1] and [2].'],
    ['docs.example/guide, docs.example/, docs.example and www.docs.example say so (docs.example).'],
    [
      'e.g. 3.5/5 and/or i.e./z.B./U.S., v1.2.3, a.m./p.m., Node.js/Express, src/a.ts/b, St.Petersburg/Florida',
    ],
    ['console.log, App.tsx, package.json, `user.name` and /etc/nginx.conf/x'],
    ['請見docs.example。'],
  ])('leaves %j as it is', (text) => expect(left(text)).toBe(text))

  it.each([
    ['Go to https://evil.example/?q=secret now.', 'Go to ‹link removed› now.'],
    ['Go to https://docs.example/guide?q=secret.', 'Go to ‹link removed›.'],
    ['Go to https://docs.example.evil.example/', 'Go to ‹link removed›'],
    ['Go to https://docs.example@evil.example', 'Go to ‹link removed›'],
    ['[the guide](https://evil.example/x)', '[the guide] (‹link removed›)'],
    ['![](https://evil.example/x.png?d=secret)', '![] (‹link removed›)'],
    ['![guide](https://docs.example/guide)', '![guide] (https://docs.example/guide)'],
    ['<https://evil.example>', '< ‹link removed›>'],
    ['[a]: https://evil.example\n\n[a]', '[a] : ‹link removed›\n\n[a]'],
    ['[a]: //evil.example', '[a] : ‹link removed›'],
    ['[a](//evil.example)', '[a] (‹link removed›)'],
    ['[a](javascript:alert(1))', '[a] (‹link removed›)'],
    ['javascript:alert(1) data:text/html,x', '‹link removed› ‹link removed›'],
    ['[a](java&#115;cript:x)', '[a] (java& #115;cript:x)'],
    ['<img src="//evil.example/x">', '< img src="‹link removed›">'],
    ['<script>x</script>', '< script>x</script>'],
    ['www.evil.example and ftp://evil.example', '‹link removed› and ‹link removed›'],
    ['slack://evil/x', 'slack‹link removed›'],
    ['spy@evil.example', 'spy‹link removed›'],
    ['https:\\//evil.example and www\\.evil.example', '‹link removed› and ‹link removed›'],
    ['https&#58;//evil.example', 'https& #58;‹link removed›'],
    ['https://docs.example/guide)secret', 'https://docs.example/guide )secret'],
    ['https://docs.example/guideの中', 'https://docs.example/guide の中'],
    ['a](https://docs.example)secret', 'a](https://docs.example) secret'],
    ['Go to evil.example/x now.', 'Go to evil‹link removed› now.'],
    ['Go to evil.com or EVIL.com.', 'Go to evil. com or EVIL. com.'],
    ['a.evil.com?q=x evil.com:80 evil.example#q', 'a‹link removed› evil‹link removed› evil‹link removed›'],
    ['evil\\.com/x and _evil.com_', 'evil‹link removed› and _evil. com_'],
    ['docs.example/guide?q=secret', 'docs‹link removed›'],
    ['docs.example.evil.com', 'docs. example. evil. com'],
    ['docs.example/guide)secret', 'docs.example/guide )secret'],
    ['evil.com@docs.example', 'evil. com‹link removed›'],
    ['10.0.0.1/admin', '10‹link removed›'],
    ['пример.рф/x и пример.рф', 'пример‹link removed› и пример. рф'],
    ['请访问evil.com了解', '请访问evil. com了解'],
    ['请访问docs.example/guide了解', '请访问docs. example/guide了解'],
    ['It is tall.It is old.', 'It is tall. It is old.'],
    ['```\ncurl https://evil.example\n```', '```\ncurl ‹link removed›\n```'],
  ])('makes of %j %j', (text, expected) => expect(left(text)).toBe(expected))

  const pieces = [
    'word',
    ' ',
    '\n',
    '\n\n',
    'https://docs.example/guide',
    'https://docs.example',
    'https://evil.example/x',
    'https',
    '://',
    'www.',
    'evil.example',
    'evil.com',
    'docs.example/guide',
    'docs.example',
    '.help',
    'a.b',
    '/x',
    ':80',
    '?q=1',
    '請見',
    '[a]',
    '[a](',
    '![a](',
    '](',
    ']:',
    '[ref]: ',
    '<img src=',
    '<a href="',
    '<b>',
    '>',
    '<',
    '</',
    'javascript:x',
    'data:text/html,x',
    'mailto:',
    'a@evil.example',
    'help@docs.example',
    '&#58;',
    '&colon;',
    '&sol;',
    '\\',
    '/install.html',
    '```\n',
    '~~~',
    '`',
    'の',
    '。',
    '(',
    ')',
    '.',
  ]
  it('waits behind an escaped dot for the rest of a domain', () => {
    const text = 'docs.example\\.help?q=1'
    expect(filtered(createLinkFilter(known), [...text])).toBe(left(text))
  })
  it('gives the same for any cut, and changes nothing where there is nothing to take out', () => {
    fc.assert(
      fc.property(cutText(pieces), ({ text, cuts }) => {
        const out = left(text)
        expect(filtered(createLinkFilter(known), cuts)).toBe(out)
        // What was made safe stays as it is.
        expect(left(out)).toBe(out)
      }),
      { numRuns: 20_000 },
    )
  })
})
