import { glob, stat } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'

export interface FoundFiles {
  /** Relative to the working directory, with forward slashes, sorted, each once. */
  readonly files: readonly string[]
  /** Arguments that match nothing. */
  readonly missing: readonly string[]
}

const inFolder = '**/*.{md,markdown,txt}'
const skipped = new Set(['node_modules', '.git'])

/** Files as they are named, of any type; the Markdown and text files of folders; what globs match. */
export async function findFiles(paths: readonly string[], cwd: string): Promise<FoundFiles> {
  const found = new Set<string>()
  const missing: string[] = []
  for (const path of paths) {
    const before = found.size
    let matched = false
    for (const file of await filesOf(path, cwd)) {
      matched = true
      found.add(relative(cwd, resolve(cwd, file)).split(sep).join('/'))
    }
    if (!matched && found.size === before) missing.push(path)
  }
  return { files: [...found].sort(), missing }
}

async function filesOf(path: string, cwd: string): Promise<string[]> {
  const info = await stat(resolve(cwd, path)).catch(() => null)
  if (info?.isFile()) return [path]
  if (info?.isDirectory()) return matches(inFolder, resolve(cwd, path))
  return matches(path, cwd)
}

async function matches(pattern: string, cwd: string): Promise<string[]> {
  const entries = await Array.fromAsync(
    glob(pattern, { cwd, withFileTypes: true, exclude: (entry) => skipped.has(entry.name) }),
  )
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}
