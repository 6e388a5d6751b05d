/** A parser process whose documents say what it is to do to its parent, or to try. Not under denyNetwork. */
import { execFileSync } from 'node:child_process'
import dns from 'node:dns/promises'
import { readFileSync, writeFileSync, writeSync } from 'node:fs'
import { get } from 'node:http'
import { connect } from 'node:net'
import { Worker } from 'node:worker_threads'
import { FailureCode, FailureError } from '../../../failure.ts'
import { serve } from '../child/serve.ts'
import { FRAME_HEAD, FRAMES_FD, FrameKind } from '../wire.ts'

type Deed = (argument: string) => unknown

const zeros = Buffer.alloc(64 * 1024)
const kept: unknown[] = []

function frame(kind: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(FRAME_HEAD)
  head.writeUInt8(kind, 0)
  head.writeUInt32BE(payload.length, 1)
  return Buffer.concat([head, payload])
}

function forever(run: () => void): never {
  for (;;) run()
}

const connection = (port: string) =>
  new Promise((resolve, reject) => {
    connect(Number(port), '127.0.0.1').on('connect', resolve).on('error', reject)
  })

const deeds: Readonly<Record<string, Deed>> = {
  say: (text) => text,
  pid: () => process.pid,
  hang: () => forever(() => {}),
  wait: () => new Promise((resolve) => setTimeout(resolve, 1e9)),
  heap: () => forever(() => kept.push({ some: [kept.length] })),
  buffers: () => forever(() => kept.push(Buffer.alloc(8e6, 1))),
  keep: () => kept.push(Buffer.alloc(300e6, 1)),
  exit: () => process.exit(3),
  abort: () => process.abort(),
  killed: () => process.kill(process.pid, 'SIGKILL'),
  throw: () => {
    throw new TypeError('x is not a function')
  },
  fail: () => {
    throw new FailureError(FailureCode.Encrypted, 'A password is needed.')
  },
  length: () => 'x'.repeat(2 ** 30),
  buffer: () => Buffer.alloc(2e9, 1),
  print: () => {
    for (let bytes = 0; bytes < 2e9; bytes += 2 * zeros.length) {
      writeSync(1, zeros)
      process.stderr.write(zeros)
    }
    return 'printed'
  },
  garbage: () => forever(() => writeSync(FRAMES_FD, Buffer.alloc(4_096, 0xff))),
  'text without end': () =>
    forever(() => writeSync(FRAMES_FD, frame(FrameKind.Text, Buffer.alloc(1e6, 'x')))),
  'chunks without end': () => {
    const chunks = Buffer.from(JSON.stringify(Array.from({ length: 1_000 }, () => [0, 0, null, null])))
    forever(() => writeSync(FRAMES_FD, frame(FrameKind.Chunks, chunks)))
  },
  'a frame': (payload) => {
    writeSync(FRAMES_FD, frame(Number(payload.at(0)), Buffer.from(payload.slice(1))))
    forever(() => {})
  },
  environment: () => JSON.stringify(process.env),
}

/** What a parser has no business with. */
const attempts: Readonly<Record<string, Deed>> = {
  'read file': (path) => readFileSync(path, 'utf8'),
  'write file': (path) => writeFileSync(path, 'x'),
  spawn: () => execFileSync('/bin/sh', ['-c', 'echo']),
  worker: () => new Worker('postMessage(1)', { eval: true }),
  evaluate: () => new Function('return 1')(),
  binding: () => (process as unknown as { binding(name: string): unknown }).binding('tcp_wrap'),
  addon: () => process.dlopen({ exports: {} }, '/none.node'),
  connect: connection,
  fetch: (port) => fetch(`http://127.0.0.1:${port}`),
  http: (port) =>
    new Promise((resolve, reject) => get(`http://127.0.0.1:${port}`, resolve).on('error', reject)),
  resolve: (name) => dns.lookup(name),
  query: (name) => dns.resolve4(name),
}

/** What comes of an attempt: the code of the error, or that there is none. */
async function attempt(name: string, argument: string): Promise<string> {
  try {
    await attempts[name]?.(argument)
    return 'done'
  } catch (error) {
    const { code, name, message } = error as NodeJS.ErrnoException
    return `${code ?? name}: ${message}`
  }
}

await serve(async ({ source }) => {
  const [deed = '', argument = ''] = Buffer.from(source.take()).toString('utf8').split(':', 2)
  const text = deed in attempts ? await attempt(deed, argument) : String(await deeds[deed]?.(argument))
  const chunk = { ordinal: 0, start: 0, end: text.length, text, headings: ['a heading'], page: 1 }
  return { text, title: 'a title', chunks: [chunk] }
})
