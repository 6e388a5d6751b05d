import { PassThrough } from 'node:stream'
import type { CliContext, Output } from '../context.ts'

/** A stream that keeps what was written to it. */
export function capturedOutput(terminal?: { columns: number }): { output: Output; text: () => string } {
  const stream = new PassThrough()
  let written = ''
  stream.on('data', (chunk) => {
    written += chunk
  })
  const output = Object.assign(stream, terminal && { isTTY: true, columns: terminal.columns })
  return { output, text: () => written }
}

export function testContext(url: string, cwd: string) {
  const out = capturedOutput()
  const err = capturedOutput()
  const context: CliContext = {
    url,
    apiKey: undefined,
    stdout: out.output,
    stderr: err.output,
    cwd,
    signal: new AbortController().signal,
  }
  return { context, out: out.text, err: err.text }
}
