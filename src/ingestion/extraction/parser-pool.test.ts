import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { patience } from '../../../test/testkit/patience.ts'
import { FailureCode, FailureError } from '../../failure.ts'
import { defaultLimits, type ExtractionLimits } from './extraction-limits.ts'
import type { Extractor } from './extractor.ts'
import { confinement } from './launch-command.ts'
import { createParserPool } from './parser-pool.ts'

const MiB = 1024 * 1024
const never = new AbortController().signal
const open: Extractor[] = []

/** Under denyNetwork, as production is, and without. */
const entries = {
  denied: new URL('testing/hostile-denied.ts', import.meta.url),
  undenied: new URL('testing/hostile.ts', import.meta.url),
}

function hostile(limits: Partial<ExtractionLimits> = {}, entry = entries.denied): Extractor {
  const pool = createParserPool({
    entry: fileURLToPath(entry),
    limits: { ...defaultLimits, ...limits },
    logger: pino({ level: 'silent' }),
  })
  open.push(pool)
  return pool
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((pool) => pool[Symbol.asyncDispose]()))
})

const ask = (pool: Extractor, deed: string, signal = never) =>
  pool.extract({ bytes: Buffer.from(deed), mimeType: 'text/x-deed', chunking: {} }, signal)
const textOf = async (pool: Extractor, deed: string) => (await ask(pool, deed)).text.toString()

async function failureOf(pool: Extractor, deed: string) {
  const error = await ask(pool, deed).catch((reason: unknown) => reason)
  if (error instanceof FailureError) return error.failure
  throw new Error(`${deed} did not fail as it should`, { cause: error })
}

/** What was asked for just now is on its way to the child. */
const isSent = () => setImmediate()

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('a document comes back as text, title and chunks that are slices of it', async () => {
  const text = 'ä€𝄞'.repeat(500_000)
  const content = await ask(hostile(), `say:${text}`)
  const chunks = content.chunks.map((chunk) => ({ ...chunk, text: chunk.text }))
  expect({ ...content, text: content.text.toString(), chunks }).toEqual({
    text,
    title: 'a title',
    chunks: [{ ordinal: 0, start: 0, end: text.length, text, headings: ['a heading'], page: 1 }],
  })
})

test('documents share a child, one after the other', async () => {
  const pool = hostile()
  expect(await textOf(pool, 'pid')).toBe(await textOf(pool, 'pid'))
})

describe('a document fails alone', () => {
  test.each([
    ['hang', FailureCode.Timeout, { wallMs: 1_500 }],
    ['hang', FailureCode.Timeout, { cpuSeconds: 1 }],
    ['wait', FailureCode.Timeout, { wallMs: 1_500 }],
    ['heap', FailureCode.TooLarge, { heapBytes: 64 * MiB }],
    ['heap', FailureCode.TooLarge, { memoryBytes: 160 * MiB }],
    ['buffers', FailureCode.TooLarge, { memoryBytes: 200 * MiB }],
    ['buffer', FailureCode.TooLarge, {}],
    ['length', FailureCode.TooLarge, {}],
    ['text without end', FailureCode.TooLarge, {}],
    ['chunks without end', FailureCode.TooLarge, {}],
    ['exit', FailureCode.Unreadable, {}],
    ['abort', FailureCode.Unreadable, {}],
    ['throw', FailureCode.Unreadable, {}],
    ['garbage', FailureCode.Unreadable, {}],
    ['a frame:1', FailureCode.Unreadable, {}],
    ['a frame:2\0', FailureCode.Unreadable, {}],
    ['a frame:3{', FailureCode.Unreadable, {}],
    ['a frame:3[[0,9]]', FailureCode.Unreadable, {}],
    ['a frame:3[[5,2,null,null]]', FailureCode.Unreadable, {}],
    ['a frame:4null', FailureCode.Unreadable, {}],
    ['a frame:5{}', FailureCode.Unreadable, {}],
    ['a frame:9', FailureCode.Unreadable, {}],
    ['fail', FailureCode.Encrypted, {}],
  ])('%s is %s, under %o', async (deed, code, limits) => {
    const pool = hostile({ processes: 1, ...limits })
    expect(await failureOf(pool, deed)).toMatchObject({ code, retryable: false })
    expect(await textOf(pool, 'say:next')).toBe('next')
  })

  test('while another goes on beside it', async () => {
    const pool = hostile({ processes: 2, wallMs: 3_000 })
    const hanging = failureOf(pool, 'hang')
    for (const word of ['one', 'two', 'three']) expect(await textOf(pool, `say:${word}`)).toBe(word)
    expect(await hanging).toMatchObject({ code: FailureCode.Timeout })
  })

  test('and can be tried again where somebody else killed its child', async () => {
    const pool = hostile()
    expect(await failureOf(pool, 'killed')).toMatchObject({ code: FailureCode.Interrupted, retryable: true })
    expect(await textOf(pool, 'say:next')).toBe('next')
  })

  test('not at all for 2 GB that its parser prints', async () => {
    expect(await textOf(hostile(), 'print')).toBe('printed')
  })
})

describe('a child', () => {
  test.each([
    ['read file:/etc/passwd', /^ERR_ACCESS_DENIED/],
    [
      `read file:${fileURLToPath(new URL('../../../docs/SECURITY.md', import.meta.url))}`,
      /^ERR_ACCESS_DENIED/,
    ],
    ['write file:/tmp/groundwire-escape', /^ERR_ACCESS_DENIED/],
    ['spawn', /^ERR_ACCESS_DENIED/],
    ['worker', /^ERR_ACCESS_DENIED/],
    ['binding', /^ERR_ACCESS_DENIED/],
    ['addon', /^ERR_DLOPEN_DISABLED/],
    ['evaluate', /^EvalError/],
  ])('cannot %s', async (deed, error) => {
    expect(await textOf(hostile(), deed)).toMatch(error)
  })

  test('has no environment', async () => {
    expect(await textOf(hostile(), 'environment')).toBe('{}')
  })

  test('has no network by its own code', async () => {
    const tried = await tryNetwork(entries.denied)
    for (const end of tried) expect(end).toMatch(/^(?:ERR_ACCESS_DENIED|ReferenceError)/)
  })

  // Where the system has none for us, the other barrier stands alone (docs/FORMATS.md).
  test.runIf(confinement().networkNamespace)('has no network by the kernel', async () => {
    const tried = await tryNetwork(entries.undenied)
    for (const end of tried) expect(end).toMatch(/ENETUNREACH|ECONNREFUSED|EAI_AGAIN|fetch failed/)
  })

  /** What came of it all; nothing of it reached a server. */
  async function tryNetwork(entry: URL): Promise<readonly string[]> {
    let connections = 0
    const server = createServer(() => {
      connections += 1
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    try {
      const pool = hostile({}, entry)
      const deeds = [
        `connect:${port}`,
        `fetch:${port}`,
        `http:${port}`,
        'resolve:example.com',
        'query:example.com',
      ]
      const ends: string[] = []
      for (const deed of deeds) ends.push(await textOf(pool, deed))
      expect(connections).toBe(0)
      return ends
    } finally {
      await new Promise((resolve) => server.close(resolve))
    }
  }

  test('is replaced after its share of documents', async () => {
    const pool = hostile({ documents: 2 })
    const pids = [await textOf(pool, 'pid'), await textOf(pool, 'pid'), await textOf(pool, 'pid')]
    expect(new Set(pids).size).toBe(2)
  })

  test('is replaced when it keeps memory', async () => {
    const pool = hostile({ memoryBytes: 1_000 * MiB })
    const before = await textOf(pool, 'pid')
    await ask(pool, 'keep')
    expect(await textOf(pool, 'pid')).not.toBe(before)
  })

  test('ends when it has had nothing to do for a while', async () => {
    const pool = hostile({ idleMs: 1 })
    const pid = Number(await textOf(pool, 'pid'))
    await expect.poll(() => isAlive(pid), patience).toBe(false)
  })
})

describe('the signal', () => {
  test('ends a document that is parsed, with its child and at once', async () => {
    const pool = hostile({ processes: 1 })
    const pid = Number(await textOf(pool, 'pid'))
    const controller = new AbortController()
    const hanging = ask(pool, 'hang', controller.signal)
    await isSent()
    controller.abort(new Error('enough'))
    await expect(hanging).rejects.toThrow('enough')
    expect(await textOf(pool, 'say:next')).toBe('next')
    await expect.poll(() => isAlive(pid), patience).toBe(false)
  })

  test('ends a document that waits for a place, and no other', async () => {
    const pool = hostile({ processes: 1 })
    const controller = new AbortController()
    const first = ask(pool, 'pid')
    const second = ask(pool, 'pid', controller.signal)
    const third = ask(pool, 'pid')
    controller.abort(new Error('enough'))
    await expect(second).rejects.toThrow('enough')
    expect(`${(await third).text}`).toBe(`${(await first).text}`)
  })
})

test('documents that wait are parsed in the order in which they came', async () => {
  const pool = hostile({ processes: 1 })
  const order: string[] = []
  const words = ['one', 'two', 'three', 'four']
  await Promise.all(words.map(async (word) => order.push(await textOf(pool, `say:${word}`))))
  expect(order).toEqual(words)
})

// Where the kernel does not see to it, the child's limit of computing time does, in two minutes.
test.runIf(confinement().wrapper.includes('setpriv'))(
  'a child does not outlive a killed parent',
  async () => {
    const parent = spawn(process.execPath, [fileURLToPath(new URL('testing/parent.ts', import.meta.url))])
    const ended = once(parent, 'close')
    const [line] = await once(parent.stdout, 'data')
    parent.kill('SIGKILL')
    await ended
    await expect.poll(() => stateOf(Number(line)), patience).toBe('ended')
  },
)

/** A process whose parent is dead can stay as a zombie, where nobody asks for it. */
function stateOf(pid: number): string {
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'latin1') : ') X'
  return /\) [ZX]/.test(stat) ? 'ended' : 'running'
}

test('disposing ends all documents and all children', async () => {
  const pool = hostile({ processes: 2 })
  const pids = (await Promise.all([textOf(pool, 'pid'), textOf(pool, 'pid')])).map(Number)
  const ends = [failureOf(pool, 'hang'), failureOf(pool, 'hang'), failureOf(pool, 'say:waits')]
  await isSent()
  await pool[Symbol.asyncDispose]()
  for (const end of ends) expect(await end).toMatchObject({ code: FailureCode.Interrupted, retryable: true })
  expect(new Set(pids).size).toBe(2)
  expect(pids.map(isAlive)).toEqual([false, false])
})
