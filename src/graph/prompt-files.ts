import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('./prompts/', import.meta.url)

/** The prompts by the names of their files, read once: what a model is told changes with a release, not while it runs. */
const files = new Map(
  readdirSync(folder)
    .filter((file) => file.endsWith('.md'))
    .sort()
    .map((file) => [file.slice(0, -'.md'.length), readFileSync(new URL(file, folder), 'utf8').trimEnd()]),
)

/** Names the set of prompts: the first 12 hex digits of a SHA-256 over names and texts. */
export const promptVersion = createHash('sha256')
  .update(JSON.stringify([...files]))
  .digest('hex')
  .slice(0, 12)

/** A prompt with `{{name}}` filled in: once, so that nothing in a value is filled in again. */
export function prompt(name: string, values: Readonly<Record<string, string>> = {}): string {
  const text = files.get(name)
  if (text === undefined) throw new Error(`There is no prompt ${name}`)
  return text.replace(/\{\{(\w+)\}\}/g, (_whole, key: string) => {
    const value = values[key]
    if (value === undefined) throw new Error(`The prompt ${name} lacks ${key}`)
    return value
  })
}
