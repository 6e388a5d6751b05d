import { expect, test } from 'vitest'
import { bootToy } from '../../test/server/boot-toy.ts'
import { readPages } from './pages.ts'

/** What a file names of this origin: in src and href, or in an import. */
const references = /(?:src|href)="(?!data:)([^"#]+)"|from '\.\/([^']+)'/g

test('the web chat is served whole: every file that one of its files names', async () => {
  await using toy = await bootToy({ pages: await readPages() })
  const types = new Map<string, string | null>()
  const visit = async (path: string): Promise<void> => {
    const response = await fetch(`${toy.url}${path}`, { headers: { accept: 'text/html' } })
    expect([path, response.status]).toEqual([path, 200])
    types.set(path, response.headers.get('content-type'))
    if (path === '/graphql') return response.body?.cancel()
    for (const [, attribute, imported] of (await response.text()).matchAll(references)) {
      const next = `/${attribute ?? imported}`
      if (!types.has(next)) await visit(next)
    }
  }
  await visit('/')
  expect(types.get('/')).toBe('text/html; charset=utf-8')
  expect(types.get('/chat.css')).toBe('text/css; charset=utf-8')
  expect(types.get('/chat.js')).toBe('text/javascript; charset=utf-8')
  expect([...types.keys()].sort()).toEqual([...Object.keys(await readPages()), '/graphql'].sort())
})

test('the web chat runs its own scripts only, and none of its strings becomes markup', async () => {
  const pages = await readPages()
  for (const [path, { body, contentSecurityPolicy = '' }] of Object.entries(pages)) {
    expect(contentSecurityPolicy).toContain("script-src 'self';")
    expect(contentSecurityPolicy).toContain("require-trusted-types-for 'script'")
    expect(contentSecurityPolicy).not.toContain('unsafe')
    const text = body.toString()
    expect([
      path,
      /innerHTML|insertAdjacentHTML|document\.write|\son\w+=|<script>|<style/.exec(text),
    ]).toEqual([path, null])
  }
})
