/** A worker that is in the middle of a document: prints its child's pid, and waits for the child's answer for ever. */
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { defaultLimits } from '../extraction-limits.ts'
import { createParserPool } from '../parser-pool.ts'

const pool = createParserPool({
  entry: fileURLToPath(new URL('hostile-denied.ts', import.meta.url)),
  limits: defaultLimits,
  logger: pino({ level: 'silent' }),
})
const ask = (deed: string) =>
  pool.extract({ bytes: Buffer.from(deed), mimeType: '', chunking: {} }, new AbortController().signal)
const { text } = await ask('pid')
const hanging = ask('hang')
process.stdout.write(`${text}\n`)
await hanging
