import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'groundwire-bin-'))
  await mkdir(join(root, 'bin'))
  await mkdir(join(root, 'src'))
  await copyFile(
    fileURLToPath(new URL('../../bin/groundwire.mjs', import.meta.url)),
    join(root, 'bin/groundwire.mjs'),
  )
  await writeFile(join(root, 'package.json'), '{"type":"module"}')
})

afterEach(() => rm(root, { recursive: true }))

/** A Node that says it cannot run TypeScript. */
const old = ['--no-experimental-strip-types', '--no-warnings']

const launch = (...args: string[]) => launchWith(process.env, ...args)

function launchWith(env: NodeJS.ProcessEnv, ...args: string[]) {
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { child, ended: ended.then(([out, err, [code, signal]]) => ({ out, err, code, signal })) }
}

/** The package `node`, with a runtime that runs the launcher by this Node without the flags of the old one. */
async function installRuntime(): Promise<void> {
  const folder = join(root, 'node_modules/node')
  await mkdir(join(folder, 'bin'), { recursive: true })
  await writeFile(join(folder, 'package.json'), '{"name":"node","version":"24.0.0"}')
  const shim = `#!/bin/sh\nwhile [ "\${1#--}" != "$1" ]; do shift; done\nexec "${process.execPath}" "$@"\n`
  await writeFile(join(folder, 'bin/node'), shim)
  await chmod(join(folder, 'bin/node'), 0o755)
}

const main = (source: string) => writeFile(join(root, 'src/main.ts'), source)

test('libraries run as in production, unless the environment says otherwise', async () => {
  await main('console.log(process.env.NODE_ENV)')
  const { NODE_ENV: _, ...env } = process.env
  expect((await launchWith(env, 'bin/groundwire.mjs').ended).out).toBe('production\n')
  const developing = launchWith({ ...env, NODE_ENV: 'development' }, 'bin/groundwire.mjs')
  expect((await developing.ended).out).toBe('development\n')
})

test('a Node that runs TypeScript runs the program itself', async () => {
  await main('const args: string[] = process.argv.slice(2)\nconsole.log(process.pid, args.join())\n')
  const { child, ended } = launch('bin/groundwire.mjs', 'ask', 'why')
  expect(await ended).toMatchObject({ out: `${child.pid} ask,why\n`, code: 0 })
})

test('an older one hands over to the runtime that was installed, and passes on what it says', async () => {
  await installRuntime()
  await main('console.log(process.argv.slice(2) as string[])\nprocess.exitCode = 7\n')
  const { ended } = launch(...old, 'bin/groundwire.mjs', 'ask', 'why not')
  expect(await ended).toMatchObject({ out: "[ 'ask', 'why not' ]\n", err: '', code: 7 })
})

test('signals reach the program behind it', async () => {
  await installRuntime()
  await main("process.on('SIGTERM', () => process.exit(9))\nsetInterval(() => {}, 1000)\nconsole.log('up')\n")
  const { child, ended } = launch(...old, 'bin/groundwire.mjs')
  await once(child.stdout, 'data')
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ code: 9 })
})

test('what is not installed is told in a sentence', async () => {
  await main("import 'graphql-yoga'\n")
  const older = await launch(...old, 'bin/groundwire.mjs').ended
  expect(older).toMatchObject({ code: 1, out: '' })
  expect(older.err).toMatch(/is too old.*\nRun `npm install` in .* first\.\n$/)
  const newer = await launch('bin/groundwire.mjs').ended
  expect(newer).toMatchObject({ code: 1, out: '' })
  expect(newer.err).toMatch(/not complete\. Cannot find package 'graphql-yoga'.*\nRun `npm install`/)
})
