import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ForbiddenError } from '../../src/errors.ts'
import { patience } from '../testkit/patience.ts'
import { type Answer, bootToy, type Toy } from './boot-toy.ts'
import { answerTo, file, form, head, openUpload, text, upload, uploading } from './multipart-client.ts'

const limits = {
  uploadFileBytes: 100_000,
  uploadBytes: 400_000,
  uploadFiles: 5,
  uploadOperationsBytes: 10_000,
  uploadMapBytes: 1_000,
}
const read = 'mutation Upload($files: [File!]!) { upload(files: $files) }'
const receive = 'mutation Receive($files: [File!]!) { receive(files: $files) }'

let toy: Toy
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'groundwire-multipart-test-'))
  toy = await bootToy({ limits, uploadFolder: folder })
})
afterAll(async () => {
  await toy[Symbol.asyncDispose]()
  // What the server stored is gone once it has stopped.
  expect(await readdir(folder)).toEqual([])
  await rm(folder, { recursive: true })
})

const send = (...parts: Parameters<typeof form>) => upload(toy.url, form(...parts))
/** Nothing on the disk, once what is being ended has ended. */
const nothingLeft = () => vi.waitFor(async () => expect(await readdir(folder)).toEqual([]), patience)

test('is refused before its files are read where its caller may not send any', async () => {
  await using guarded = await bootToy({
    limits,
    uploadFolder: folder,
    admitUpload: () => {
      throw new ForbiddenError('This needs a key with the scope WRITE')
    },
  })
  // No file ever comes: the answer does not wait for it.
  const request = openUpload(guarded.url, { 'content-length': 300_000 })
  const answer = answerTo(request)
  request.write(form(...uploading(read, 1)).subarray(0, 100))
  expect(await answer).toMatchObject({ status: 403, errors: [{ extensions: { code: 'FORBIDDEN' } }] })
  expect(await readdir(folder)).toEqual([])
  request.on('error', () => {}).destroy()
})

describe('a multipart request', () => {
  test('of a browser or of fetch carries files in its variables', async () => {
    const body = new FormData()
    body.set('operations', JSON.stringify({ query: read, variables: { files: [null, null] } }))
    body.set('map', JSON.stringify({ a: ['variables.files.0'], b: ['variables.files.1'] }))
    body.set('a', new File(['# One'], 'one.md', { type: 'text/markdown' }))
    body.set('b', new File(['zwei €'], 'zwei.txt', { type: 'text/plain' }))
    const headers = { 'apollo-require-preflight': 'true' }
    const response = await fetch(`${toy.url}/graphql`, { method: 'POST', body, headers })
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      data: { upload: ['one.md text/markdown # One', 'zwei.txt text/plain zwei €'] },
    })
    await nothingLeft()
  })

  test('tells size and hash of each file, also of an empty one', async () => {
    const [abc, empty] = told(await send(...uploading(receive, 2), file('0', 'abc'), file('1', '')))
    expect(abc).toEqual({
      name: 'a.txt',
      mimeType: 'text/plain',
      size: 3,
      sha256: createHash('sha256').update('abc').digest('hex'),
      tooLarge: false,
    })
    expect(empty).toMatchObject({ size: 0, sha256: createHash('sha256').digest('hex'), tooLarge: false })
  })

  test('may use a file in several places', async () => {
    const { data } = await send(
      text('operations', { query: read, variables: { files: [null, null] } }),
      text('map', { f: ['variables.files.0', 'variables.files.1'] }),
      file('f', 'twice'),
    )
    expect(data).toEqual({ upload: ['a.txt text/plain twice', 'a.txt text/plain twice'] })
  })

  test('may have files in another order than the map, no files at all, and an epilogue', async () => {
    const { data } = await send(...uploading(read, 2), file('1', 'second'), file('0', 'first'))
    expect(data).toEqual({ upload: ['a.txt text/plain first', 'a.txt text/plain second'] })
    const none = form(text('operations', { query: '{ hello(name: "\ufffd") }' }), text('map', {}))
    expect(await upload(toy.url, Buffer.concat([none, Buffer.from('epilogue')]))).toMatchObject({
      status: 200,
      data: { hello: 'Hello \ufffd' },
    })
  })

  test.each([
    ['in UTF-8, as browsers send them', 'filename="接続 – “ß”.md"', '接続 – “ß”.md'],
    ['extended (RFC 5987)', `filename*=UTF-8''%E6%8E%A5%E7%B6%9A%20%F0%9F%AA%B5.md`, '接続 🪵.md'],
    ['extended, in Latin-1', `filename*=iso-8859-1'en'%A3%20rates.txt`, '£ rates.txt'],
    ['with escaped quotes', 'filename="a \\"b\\".txt"', 'a "b".txt'],
    ['with quotes as browsers write them', 'filename="100%25 %22b%22.txt"', '100%25 "b".txt'],
    ['with folders', 'filename="C:\\\\docs/../../etc/passwd"', 'passwd'],
    ['that are empty', 'filename=""', null],
    ['that are folders', 'filename=".."', null],
  ])('has file names %s', async (_, parameter, name) => {
    const part = { disposition: `form-data; name="0"; ${parameter}`, type: 'a/b', body: 'x' }
    expect(told(await send(...uploading(receive, 1), part))).toMatchObject([{ name, mimeType: 'a/b' }])
  })

  test('may have a file without a name', async () => {
    const { data } = await send(...uploading(read, 1), text('0', 'plain'))
    expect(data).toEqual({ upload: ['null text/plain plain'] })
  })

  test('gives its files to their variables only: other types refuse them', async () => {
    const operations = { query: 'query ($n: String!) { hello(name: $n) }', variables: { n: null } }
    const { errors } = await send(
      text('operations', operations),
      text('map', { a: ['variables.n'] }),
      file('a', 'x'),
    )
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } })
    expect(JSON.stringify(errors)).not.toContain('groundwire-upload-')
  })
})

describe('what is malformed is refused with 400', () => {
  const operations = (more: object = {}) =>
    text('operations', { query: read, variables: { files: [null], ...more } })
  const a = file('a', 'x')
  const refused: [string, Parameters<typeof form>, RegExp][] = [
    ['without any part', [], /operations is missing/],
    [
      'map before operations',
      [text('map', { a: ['variables.files.0'] }), operations(), a],
      /operations is missing/,
    ],
    ['a file before the map', [operations(), a, text('map', { a: ['variables.files.0'] })], /map is missing/],
    [
      'operations that are no JSON',
      [text('operations', '{'), text('map', {})],
      /operations is not valid JSON/,
    ],
    [
      'operations that are a batch',
      [text('operations', [{}, {}]), text('map', {})],
      /batches are not supported/,
    ],
    ['operations without a query', [text('operations', {}), text('map', {})], /query must be string/],
    [
      'operations twice',
      [operations(), text('map', {}), operations()],
      /map does not name the part "operations"/,
    ],
    ['a map that is no JSON', [operations(), text('map', 'x'), a], /map is not valid JSON/],
    ['a map that is a list', [operations(), text('map', []), a], /map must be a JSON object/],
    ['a map of texts', [operations(), text('map', { a: 'variables.files.0' }), a], /map must hold lists/],
    ['a map of empty lists', [operations(), text('map', { a: [] }), a], /map must hold lists/],
    ['a map of numbers', [operations(), text('map', { a: [1] }), a], /map names 1/],
    ['a file that is not in the map', [operations(), text('map', {}), a], /does not name the part "a"/],
    [
      'a file in the map that does not come',
      [operations(), text('map', { a: ['variables.files.0'] })],
      /did not come/,
    ],
    [
      'a file that comes twice',
      [operations(), text('map', { a: ['variables.files.0'] }), a, a],
      /or it came twice/,
    ],
    [
      'a place that gets two files',
      [operations(), text('map', { a: ['variables.files.0'], b: ['variables.files.0'] }), a, file('b', 'y')],
      /where operations hold no null/,
    ],
    [
      'operations that are not UTF-8',
      [text('operations', Buffer.from('{"query":"{ hello(name: \\"\xff\\") }"}', 'latin1')), text('map', {})],
      /operations is not valid UTF-8/,
    ],
    ['a part without a name', [{ disposition: 'form-data', body: 'x' }], /operations is missing/],
  ]
  test.each(refused)('%s', async (_, parts, message) => {
    const { status, errors } = await send(...parts)
    expect(errors).toEqual([
      {
        message: expect.stringMatching(message),
        extensions: { code: 'BAD_USER_INPUT', field: expect.any(String) },
      },
    ])
    expect(status).toBe(400)
    await nothingLeft()
  })

  test.each([
    '__proto__.polluted',
    'variables.__proto__.polluted',
    'variables.constructor.prototype.polluted',
    'variables.files.__proto__.0',
    'variables.files.length',
    'variables.files.1',
    'variables.files.0.x',
    'variables.files',
    'variables',
    'extensions.a',
    'query',
    '',
  ])('a path that leads nowhere: %j', async (path) => {
    const { status, errors } = await send(
      text('operations', { query: read, variables: { files: [null] }, extensions: { a: null } }),
      text('map', { a: [path] }),
      file('a', 'x'),
    )
    expect(status).toBe(400)
    expect(errors?.[0]?.message).toMatch(/map names/)
    expect('polluted' in {}).toBe(false)
  })

  test('a key __proto__ of the variables is a key like any other', async () => {
    const operations = `{"query":"{ hello }","variables":{"__proto__":{"x":null}}}`
    const parts = [
      text('operations', operations),
      text('map', { a: ['variables.__proto__.x'] }),
      file('a', 'x'),
    ]
    expect((await send(...parts)).data).toEqual({ hello: 'Hello world' })
    expect('x' in {}).toBe(false)
  })

  test('a body that breaks off, and one without a boundary', async () => {
    const whole = form(...uploading(read, 1), file('0', 'x'.repeat(1_000)))
    for (const length of [10, 100, whole.length - 700, whole.length - 5]) {
      const { status, errors } = await upload(toy.url, whole.subarray(0, length))
      expect(status, String(length)).toBe(400)
      expect(errors?.[0]?.message).toBe('body is not valid multipart/form-data')
    }
    const noBoundary = await upload(toy.url, whole, { 'content-type': 'multipart/form-data' })
    expect(noBoundary.status).toBe(400)
    await nothingLeft()
  })
})

describe('the limits', () => {
  test('a file that is too large is told of itself, and the others come', async () => {
    const parts = uploading(receive, 3)
    const large = Buffer.alloc(limits.uploadFileBytes + 1, 'x')
    const just = large.subarray(1)
    const answer = await send(...parts, file('0', large), file('1', just), file('2', 'small'))
    expect(answer.status).toBe(200)
    expect(told(answer).map(({ size, tooLarge }) => [size, tooLarge])).toEqual([
      [100_001, true],
      [100_000, false],
      [5, false],
    ])
    await nothingLeft()
  })

  test('a request that is too large is refused by its declared length', async () => {
    const request = openUpload(toy.url, { 'content-length': 400_001, expect: '100-continue' })
    const answer = answerTo(request)
    request.on('continue', () => request.destroy(new Error('was told to go on')))
    request.flushHeaders()
    expect(await answer).toMatchObject({
      status: 413,
      errors: [{ extensions: { field: 'body', limit: 400_000 } }],
    })
    request.destroy()
  })

  test('one of bearable length is told to go on', async () => {
    const body = form(...uploading(receive, 1), file('0', Buffer.alloc(90_000)))
    const request = openUpload(toy.url, { 'content-length': body.length, expect: '100-continue' })
    const answer = answerTo(request)
    request.flushHeaders()
    await once(request, 'continue')
    request.end(body)
    expect((await answer).status).toBe(200)
  })

  test('a request that is too large is refused while it streams', async () => {
    const request = openUpload(toy.url)
    const answer = answerTo(request)
    for (const part of uploading(receive, 5)) request.write(`${head(part)}${part.body}\r\n`)
    for (let index = 0; index < 5; index++) {
      request.write(head(file(String(index), '')))
      request.write(Buffer.alloc(99_000))
      request.write('\r\n')
    }
    expect(await answer).toMatchObject({
      status: 413,
      errors: [{ extensions: { code: 'BAD_USER_INPUT', limit: 400_000 } }],
    })
    request.destroy()
    await nothingLeft()
  })

  test.each([
    ['files', [...uploading(receive, 6), ...Array.from({ length: 6 }, (_, i) => file(String(i), 'x'))], 5],
    ['parts', [...uploading(receive, 1), ...Array.from({ length: 6 }, (_, i) => file(String(i), 'x'))], 5],
    [
      'operations',
      [text('operations', { query: read, extensions: { pad: 'x'.repeat(10_000) } }), text('map', {})],
      10_000,
    ],
    ['map', [...uploading(receive, 1).slice(0, 1), text('map', { a: ['x'.repeat(1_000)] })], 1_000],
  ] as const)('too much of one kind is refused: %s', async (_, parts, limit) => {
    const { status, errors } = await send(...parts)
    expect(status).toBe(413)
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', limit })
    await nothingLeft()
  })

  test.each([
    ['sends nothing any more', { uploadIdleMs: 50 }, false],
    ['sends ever so little', { uploadIdleMs: 60_000, uploadMs: 200 }, true],
  ])('a client that %s is answered with 408, and its connection ends', async (_, slow, trickles) => {
    await using other = await bootToy({ limits: slow, uploadFolder: folder })
    const request = openUpload(other.url)
    const answer = answerTo(request)
    request.on('error', () => {})
    for (const part of uploading(receive, 1)) request.write(`${head(part)}${part.body}\r\n`)
    request.write(`${head(file('0', ''))}begun`)
    const trickle = setInterval(() => trickles && request.write('x'), 10)
    expect(await answer).toMatchObject({
      status: 408,
      headers: { connection: 'close' },
      errors: [{ extensions: { code: 'UNAVAILABLE', retryable: true } }],
    })
    clearInterval(trickle)
    if (request.socket && !request.socket.destroyed) await once(request.socket, 'close')
    await nothingLeft()
  })
})

describe('who may send files', () => {
  const body = form(...uploading(read, 1), file('0', 'x'))

  test('not a page of another site: one of three headers is needed', async () => {
    const { status, errors } = await upload(toy.url, body, { 'graphql-require-preflight': '' })
    expect(status).toBe(400)
    expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field: 'content-type' })
    for (const name of ['graphql-require-preflight', 'apollo-require-preflight', 'x-graphql-yoga-csrf']) {
      expect(errors?.[0]?.message).toContain(name)
      const headers = { 'graphql-require-preflight': '', [name]: '0' }
      expect((await upload(toy.url, body, headers)).status, name).toBe(200)
    }
  })

  test('not a stranger, who is refused before a byte of the body is read', async () => {
    await using other = await bootToy({ keys: ['k'], uploadFolder: folder })
    const request = openUpload(other.url, { 'content-length': body.length })
    const answer = answerTo(request)
    request.flushHeaders()
    expect(await answer).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
    request.destroy()
    expect((await upload(other.url, body, { authorization: 'Bearer k' })).status).toBe(200)
  })
})

describe('on the disk', () => {
  const begin = async (url = toy.url) => {
    const request = openUpload(url)
    request.on('error', () => {})
    for (const part of uploading(receive, 1)) request.write(`${head(part)}${part.body}\r\n`)
    request.write(head(file('0', '')))
    request.write(Buffer.alloc(50_000, 'secret'))
    await vi.waitFor(async () => expect((await stored())[0]?.size).toBeGreaterThan(0), patience)
    return request
  }

  test('a file is its owner’s alone', async () => {
    const request = await begin()
    const [info] = await stored()
    expect((info?.mode ?? 0) & 0o777).toBe(0o600)
    const [name] = await readdir(folder)
    expect((await stat(join(folder, name ?? ''))).mode & 0o777).toBe(0o700)
    request.destroy()
    await nothingLeft()
  })

  test('a client that leaves in the middle of a file leaves nothing, and is no error', async () => {
    const request = await begin()
    request.destroy()
    await nothingLeft()
    expect(await toy.value('groundwire_masked_errors_total', {})).toBe(0)
    expect(toy.log.filter(({ msg }) => msg === 'masked')).toEqual([])
  })

  test('a file goes with its client, and who reads it then is told of an abort, not of a missing file', async () => {
    await using other = await bootToy({ uploadFolder: folder })
    const request = openUpload(other.url)
    request.on('error', () => {})
    const query = 'mutation Late($files: [File!]!) { readLate(files: $files) }'
    request.end(form(...uploading(query, 1), file('0', 'x')))
    await other.seen('received')
    expect(await stored()).toHaveLength(1)
    request.destroy()
    await nothingLeft()
    other.release()
    await other.seen('readLate failed: AbortError')
    await other.stop(0)
    expect(other.log.filter(({ msg }) => msg === 'masked')).toEqual([])
  })

  test('a file stays until its answer is sent', async () => {
    await using other = await bootToy({ uploadFolder: folder })
    const query = 'mutation Late($files: [File!]!) { readLate(files: $files) }'
    const answer = upload(other.url, form(...uploading(query, 1), file('0', 'late')))
    await other.seen('received')
    other.release()
    expect((await answer).data).toEqual({ readLate: 'late' })
    await nothingLeft()
  })

  test('a server that stops in the middle of a file leaves nothing', async () => {
    const other = await bootToy({ uploadFolder: folder })
    await begin(other.url)
    await other.stop(0)
    expect(await readdir(folder)).toEqual([])
  })

  test('what a killed process left is removed at the next start, and what is fresh or not ours stays', async () => {
    const hours = new Date(Date.now() - 2 * 3_600_000)
    for (const [name, old] of [
      ['groundwire-upload-old', true],
      ['groundwire-upload-new', false],
      ['other', true],
    ] as const) {
      await mkdir(join(folder, name))
      await writeFile(join(folder, name, '0'), 'left')
      if (old) await utimes(join(folder, name), hours, hours)
    }
    const other = await bootToy({ uploadFolder: folder })
    await other.stop(0)
    expect((await readdir(folder)).sort()).toEqual(['groundwire-upload-new', 'other'])
    for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true })
  })
})

test('60 MB go to the disk and not into memory', async () => {
  await using other = await bootToy({ uploadFolder: folder })
  const request = openUpload(other.url)
  const answer = answerTo(request)
  for (const part of uploading(receive, 1)) request.write(`${head(part)}${part.body}\r\n`)
  request.write(head(file('0', '')))
  const chunk = Buffer.alloc(1_000_000, 'y')
  const hash = createHash('sha256')
  const before = heldBytes()
  for (let index = 0; index < 60; index++) {
    hash.update(chunk)
    if (!request.write(chunk)) await once(request, 'drain')
  }
  await vi.waitFor(async () => expect((await stored())[0]?.size).toBeGreaterThan(50_000_000), patience)
  // The sweeper of freed buffers runs beside us.
  await vi.waitFor(() => expect(heldBytes() - before).toBeLessThan(15_000_000), patience)
  request.end(`\r\n${form()}`)
  const [received] = await answer.then(told)
  expect(received).toMatchObject({ size: 60_000_000, sha256: hash.digest('hex'), tooLarge: false })
})

/** Of buffers, without those that nobody has any more. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().arrayBuffers
}

/** What `receive` said of the files. */
function told({ data }: Answer): Record<string, unknown>[] {
  return (data?.receive as string[] | undefined)?.map((each) => JSON.parse(each)) ?? []
}

async function stored() {
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\/\d+$/.test(name))
  return Promise.all(names.map((name) => stat(join(folder, name))))
}
