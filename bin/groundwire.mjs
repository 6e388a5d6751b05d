#!/usr/bin/env node
// Plain JavaScript of an old dialect: whichever Node there is must get as far as the first decision.
import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(import.meta.url)
const root = dirname(dirname(script))

/** Node that runs src/ as it is: type stripping comes with 22.18, `await using` with 24. */
function runsTypeScript() {
  return Number(process.versions.node.split('.')[0]) >= 24 && Boolean(process.features.typescript)
}

/** The runtime that the npm package `node` brought, or null where dependencies are not installed. */
function bundledRuntime() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'))
    const runtime = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    return existsSync(runtime) ? runtime : null
  } catch {
    return null
  }
}

function fail(problem) {
  process.stderr.write(`groundwire: ${problem}\nRun \`npm install\` in ${root} first.\n`)
  process.exitCode = 1
}

function runUnder(runtime) {
  // The young generation's limit, which V8 reads only when it starts: src/v8-flags.ts.
  const flags = ['--max-semi-space-size=16', ...process.execArgv]
  const child = spawn(runtime, [...flags, script, ...process.argv.slice(2)], { stdio: 'inherit' })
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to parent and child alike; twice would mean "at once" to the child.
      if (onTerminal && (signal === 'SIGINT' || signal === 'SIGQUIT')) return
      child.kill(signal)
    })
  }
  child.on('error', (error) => fail(`cannot start ${runtime}: ${error.message}`))
  child.on('exit', (code, signal) => {
    process.exit(signal ? 128 + (constants.signals[signal] || 0) : code)
  })
}

async function start() {
  if (runsTypeScript()) {
    // Before graphql is loaded, which else checks each value that it completes for a second copy of itself.
    process.env.NODE_ENV ??= 'production'
    try {
      await import('../src/main.ts')
    } catch (error) {
      // Of a package, or of generated code: npm install brings both.
      if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
      fail(`the installation is not complete. ${error.message}`)
    }
    return
  }
  const runtime = bundledRuntime()
  if (!runtime)
    return fail(`Node ${process.versions.node} is too old, and the runtime that comes along is missing.`)
  if (realpathSync(runtime) === realpathSync(process.execPath)) {
    return fail(`the runtime that comes along, Node ${process.versions.node}, is too old.`)
  }
  runUnder(runtime)
}

await start()
