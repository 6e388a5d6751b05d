import { parseArgs } from 'node:util'
import { bootProcess, type TestProcess } from '../test/testkit/app/boot-process.ts'
import { answer } from '../test/testkit/upstream/chat.ts'
import { startFakeOpenAi } from '../test/testkit/upstream/fake-openai.ts'
import { createGate } from '../test/testkit/upstream/gate.ts'
import { scratchDatabase } from './support/scratch-database.ts'
import { type Frames, overEvents, overSocket } from './support/wire-frames.ts'

const usage = `Prints what goes over the wire when an answer is asked for on one replica, that replica is killed in the middle,
and the stream is resumed on another: the transcript in docs/ARCHITECTURE.md.

  node bench/resume-transcript.ts --database <url of a PostgreSQL server; a database is made there and dropped>
`
const text = 'The ferry crosses the strait at nine and returns at four.'
const query = `subscription ($input: ChatStreamInput!) { chatStream(input: $input) { __typename seq
  ... on RunStarted { runId } ... on AnswerDelta { text } ... on AnswerReset { reason }
  ... on RunCompleted { run { answer { text grounded } } } } }`.replace(/\s+/g, ' ')

const { values } = parseArgs({ options: { database: { type: 'string' } } })
if (values.database) await main(values.database)
else process.stdout.write(usage)

async function main(server: string): Promise<void> {
  for (const [name, open] of [
    ['graphql-transport-ws', overSocket],
    ['Server-sent events', overEvents],
  ] as const) {
    process.stdout.write(`${name}:\n\n\`\`\`text\n`)
    await transcribe(server, open)
    process.stdout.write('```\n\n')
  }
}

async function transcribe(
  server: string,
  open: (url: string, payload: object) => Promise<Frames>,
): Promise<void> {
  await using resources = new AsyncDisposableStack()
  const upstream = resources.use(await startFakeOpenAi())
  const database = resources.use(await scratchDatabase(server))
  const env = { ...database.environment, LLM_BASE_URL: upstream.baseUrl, LLM_MODEL: 'model' }
  const a = resources.use(await bootProcess({ env }))
  const b = resources.use(await bootProcess({ env }))
  await ingest(a)
  const gate = createGate()
  upstream.chat.enqueue(answer(`${text.slice(0, -1)} [1].`, { gates: { 5: gate } }))
  upstream.chat.otherwise(answer(`${text.slice(0, -1)} [1].`))

  const say = (line: string) => process.stdout.write(`${line}\n`)
  const first = await open(a.url, {
    query,
    variables: { input: { ask: { question: 'When does the ferry cross?' } } },
  })
  say('  replica A')
  let runId = ''
  let afterSeq = 0
  let seen = ''
  for await (const line of first.lines) {
    say(line)
    runId ||= /"runId":"([^"]+)"/.exec(line)?.[1] ?? ''
    afterSeq = Number(/"seq":(\d+)/.exec(line)?.[1] ?? afterSeq)
    seen += /"text":"([^"]+)"/.exec(line)?.[1] ?? ''
    if (seen === 'The ferry crosses the strait') break
  }
  const code = first.closed()
  await a.end('SIGKILL')
  say(`  replica A is killed: ${await code}`)
  const second = await open(b.url, { query, variables: { input: { resume: { runId, afterSeq } } } })
  say('  replica B')
  for await (const line of second.lines) say(line)
}

async function ingest({ client }: TestProcess): Promise<void> {
  const { ingestions } = await client.ingest({ documents: [{ externalId: 'ferry', source: { text } }] })
  for (const { id } of ingestions) for await (const _state of client.watchIngestion(id));
}
