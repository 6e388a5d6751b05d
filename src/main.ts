import './v8-flags.ts'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { tolerateClosedPipe } from './cli/closed-pipe.ts'
import { createProgram } from './cli/program.ts'
import { ConfigError, readConfig } from './config.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * The first SIGINT or SIGTERM asks the command to end, the second ends the process at once, whatever it
 * still does.
 */
function endSignal(): AbortSignal {
  const ending = new AbortController()
  const onSignal = (signal: NodeJS.Signals) => {
    if (ending.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143)
    ending.abort()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return ending.signal
}

async function main(): Promise<void> {
  const config = readConfig()
  const signal = endSignal()
  // Loaded when they are asked for: `groundwire ask` needs neither database nor workflow.
  const commands = () => import('./cli/server-commands.ts')
  const context = { config, root, stdout: process.stdout, stderr: process.stderr, signal }
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  const program = createProgram(
    {
      serve: async (options) => (await commands()).serve(context, options),
      worker: async () => (await commands()).work(context),
      migrate: async () => (await commands()).migrateOnly(context),
      createKey: async (options) => (await commands()).createKey(context, options),
      listKeys: async (options) => (await commands()).listKeys(context, options),
      revokeKey: async (id) => (await commands()).revokeKey(context, id),
      demo: async (options) => (await commands()).demo(context, options),
    },
    {
      ...config.client,
      stdout: process.stdout,
      stderr: process.stderr,
      cwd: process.cwd(),
      signal,
      version,
      setExitCode: (code) => {
        process.exitCode = code
      },
    },
  )
  await program.parseAsync()
}

tolerateClosedPipe(process.stdout)

try {
  await main()
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 78 // EX_CONFIG of sysexits.h: trying again will not help.
}
