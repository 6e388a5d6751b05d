import { existsSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ExtractionLimits } from './extraction-limits.ts'
import { type Command, limitedCommand } from './launch-command.ts'

const source = fileURLToPath(new URL('../../', import.meta.url))
const project = dirname(source)

/** Each half of V8's young generation: by default it takes 100 MB more where strings are large. */
const YOUNG_MIB = 4

/** The project's code and the libraries': not its folder, where an .env or the database could lie. */
function readable(): readonly string[] {
  const library = createRequire(import.meta.url).resolve('pdfjs-dist/package.json')
  const paths = [
    source,
    join(project, 'package.json'),
    join(project, 'node_modules'),
    dirname(dirname(library)),
  ]
  return [...new Set(paths.filter((path) => existsSync(path)).flatMap((path) => [path, realpathSync(path)]))]
}

/**
 * The command of a parser process: Node without the right to write or read files but its code, to start processes,
 * threads or a debugger, to load native addons, or to evaluate text as code.
 *
 * @param entry path of the module to run
 */
export function parserCommand(entry: string, limits: ExtractionLimits): Command {
  const runtime = [
    '--permission',
    ...readable().map((path) => `--allow-fs-read=${path}`),
    '--disable-sigusr1',
    '--disallow-code-generation-from-strings',
    '--no-warnings',
    '--expose-gc',
    `--max-semi-space-size=${YOUNG_MIB}`,
    `--max-old-space-size=${Math.floor(limits.heapBytes / 1024 / 1024)}`,
  ]
  return limitedCommand([process.execPath, ...runtime, entry], limits)
}
