import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'

async function writeToNobody(before: string) {
  const script = `${before}
    for (let line = 0; line < 100; line++) {
      process.stdout.write('line\\n')
      await new Promise(setImmediate)
    }`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.destroy()
  const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
  return { code, errors }
}

test('a command whose output nobody reads any more goes on to its end', async () => {
  expect(await writeToNobody('')).toMatchObject({ code: 1, errors: expect.stringContaining('EPIPE') })
  const tolerate = `(await import(${JSON.stringify(new URL('closed-pipe.ts', import.meta.url).href)})).tolerateClosedPipe(process.stdout)`
  expect(await writeToNobody(tolerate)).toEqual({ code: 0, errors: '' })
})
