import { readFile } from 'node:fs/promises'
import type { Page } from './server-options.ts'

const folder = new URL('../../clients/web-chat/', import.meta.url)
const html = 'text/html; charset=utf-8'
const css = 'text/css; charset=utf-8'
const js = 'text/javascript; charset=utf-8'

/** The web chat by path: its file and what the file is. */
const files: Readonly<Record<string, readonly [name: string, contentType: string]>> = {
  '/': ['index.html', html],
  '/chat.css': ['chat.css', css],
  '/chat.js': ['chat.js', js],
  '/collections.js': ['collections.js', js],
  '/conversation.js': ['conversation.js', js],
  '/history.js': ['history.js', js],
  '/follow.js': ['follow.js', js],
  '/turn.js': ['turn.js', js],
  '/answer.js': ['answer.js', js],
  '/ingest.js': ['ingest.js', js],
  '/graphql.js': ['graphql.js', js],
  '/key.js': ['key.js', js],
  '/dom.js': ['dom.js', js],
}

/** Stricter than the server's own: the chat shows text of documents and models, which must never become markup. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  'img-src data:',
  "connect-src 'self'",
  "require-trusted-types-for 'script'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Reads the web chat once: what is served does not depend on the disk afterwards. */
export async function readPages(): Promise<Readonly<Record<string, Page>>> {
  const entries = Object.entries(files).map(async ([path, [name, contentType]]) => {
    const body = await readFile(new URL(name, folder))
    return [path, { contentType, body, contentSecurityPolicy: policy }] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}
