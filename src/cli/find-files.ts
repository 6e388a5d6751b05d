import { glob, stat } from 'node:fs/promises'
import { extname, join, relative, resolve, sep } from 'node:path'

export interface FoundFiles {
  /** Relative to the working directory, with forward slashes, sorted, each once. */
  readonly files: readonly string[]
  /** Arguments that lead to no file, and why. */
  readonly missing: readonly { readonly path: string; readonly reason: string }[]
}

/** What is taken of a folder. The server looks into the files, whatever they are called. */
const extensions: ReadonlySet<string> = new Set(
  [
    'md markdown mdown mkd mdx txt text log rst',
    'html htm xhtml pdf docx',
    'csv tsv json jsonl ndjson',
  ].flatMap((names) => names.split(' ').map((name) => `.${name}`)),
)

/** Files as they are named, of any type; those of folders that can be read; what globs match. */
export async function findFiles(paths: readonly string[], cwd: string): Promise<FoundFiles> {
  const found = new Set<string>()
  const missing: { path: string; reason: string }[] = []
  for (const path of paths) {
    const { files, reason } = await filesOf(path, cwd)
    for (const file of files) found.add(relative(cwd, resolve(cwd, file)).split(sep).join('/'))
    if (files.length === 0) missing.push({ path, reason })
  }
  return { files: [...found].sort(), missing }
}

async function filesOf(path: string, cwd: string): Promise<{ files: string[]; reason: string }> {
  const info = await stat(resolve(cwd, path)).catch(() => null)
  if (info?.isFile()) return { files: [path], reason: '' }
  if (info?.isDirectory()) {
    const all = await matches('**/*', resolve(cwd, path))
    const files = all.filter((file) => extensions.has(extname(file).toLowerCase()))
    return { files, reason: 'no file in it is of a type that can be read' }
  }
  if (info) return { files: [], reason: 'neither a file nor a folder' }
  return { files: await matches(path, cwd), reason: 'no such file, and nothing matches it' }
}

/** Hidden files only where the pattern itself names them: so does Node. */
async function matches(pattern: string, cwd: string): Promise<string[]> {
  const exclude = ({ name }: { name: string }) => name === 'node_modules' || name === '.git'
  const entries = await Array.fromAsync(glob(pattern, { cwd, withFileTypes: true, exclude }))
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}
