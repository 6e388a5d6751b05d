import { expect, test } from 'vitest'
import { createProgram, type ProgramHandlers } from './program.ts'
import { testContext } from './testing/captured-output.ts'
import { mockApi } from './testing/mock-api.ts'

function programWith(handlers: Partial<ProgramHandlers> = {}, signal = new AbortController().signal) {
  const called: unknown[] = []
  const note = (name: string) => async (options?: unknown) => void called.push([name, options])
  const all: ProgramHandlers = {
    serve: note('serve'),
    worker: note('worker'),
    migrate: note('migrate'),
    createKey: note('createKey'),
    listKeys: note('listKeys'),
    revokeKey: note('revokeKey'),
    demo: async (options) => {
      called.push(['demo', options])
      return 3
    },
    ...handlers,
  }
  const codes: number[] = []
  const { context, out, err } = testContext('http://127.0.0.1:2', process.cwd())
  const program = createProgram(all, {
    ...context,
    signal,
    version: '1.2.3',
    setExitCode: (code) => codes.push(code),
  })
  for (const command of [program, ...program.commands, ...program.commands.flatMap((c) => c.commands)]) {
    command.exitOverride().configureOutput({ writeErr: (text) => context.stderr.write(text) })
  }
  const parse = (...args: string[]) => program.parseAsync(args, { from: 'user' })
  return { parse, called, codes, out, err }
}

test.each([
  [['serve'], ['serve', { withWorker: false }]],
  [
    ['serve', '--with-worker'],
    ['serve', { withWorker: true }],
  ],
  [['worker'], ['worker', undefined]],
  [['migrate'], ['migrate', undefined]],
  [
    ['demo', '--once'],
    ['demo', { once: true }],
  ],
  [
    ['keys', 'list'],
    ['listKeys', { workspace: undefined }],
  ],
  [
    ['keys', 'revoke', 'key-1'],
    ['revokeKey', 'key-1'],
  ],
  [
    ['keys', 'create', '--name', 'ci'],
    ['createKey', { name: 'ci', workspace: 'default', scopes: ['READ', 'WRITE'] }],
  ],
  [
    ['keys', 'create', '--name', 'ci', '--workspace', 'acme', '--scopes', 'read,Admin'],
    ['createKey', { name: 'ci', workspace: 'acme', scopes: ['READ', 'ADMIN'] }],
  ],
])('%j calls its handler', async (args, expected) => {
  const { parse, called } = programWith()
  await parse(...args)
  expect(called).toEqual([expected])
})

test('the exit code is what the handler returns', async () => {
  const { parse, codes } = programWith()
  await parse('demo')
  await parse('worker')
  expect(codes).toEqual([3, 0])
})

test('a server that is not there is told at once, with what to do', async () => {
  const gone = await mockApi()
  await gone[Symbol.asyncDispose]()
  const { parse, codes, err } = programWith()
  await parse('ask', 'is', 'anyone', 'there?', '--url', gone.url)
  expect(codes).toEqual([1])
  expect(err()).toContain(`NETWORK: Cannot reach ${gone.url}/graphql: ECONNREFUSED`)
  expect(err()).toContain('groundwire serve')
})

test('what an abort interrupts is no error', async () => {
  const stop = new AbortController()
  const serve = async () => {
    stop.abort()
    stop.signal.throwIfAborted()
  }
  const { parse, codes, err } = programWith({ serve }, stop.signal)
  await parse('serve')
  expect(codes).toEqual([130])
  expect(err()).toBe('')
})

test('arguments that make no sense are refused before anything happens', async () => {
  const { parse, called, err } = programWith()
  await expect(parse('keys', 'create', '--name', 'x', '--scopes', 'EVERYTHING')).rejects.toThrow()
  await expect(parse('retrieve', 'words', '--top-k', '101')).rejects.toThrow()
  await expect(parse('ingest', 'docs', '--collection', 'Not a name')).rejects.toThrow()
  await expect(parse('ingest', 'docs', '--url', 'not a url')).rejects.toThrow()
  expect(err()).toContain("1 to 63 lower-case letters, digits, '-' and '_'.")
  expect(err()).toContain('An http or https URL.')
  expect(err()).toContain('Not a scope: EVERYTHING.')
  expect(err()).toContain('From 1 to 100.')
  expect(called).toEqual([])
})
