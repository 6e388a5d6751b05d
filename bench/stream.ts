import { parseArgs } from 'node:util'
import { ingestDocuments } from './support/ingest-documents.ts'
import { describeEnvironment, progress, publish } from './support/report.ts'
import { scratchDatabase } from './support/scratch-database.ts'
import { startPacedUpstream, startServer } from './support/server-process.ts'
import { measureStreams, type StreamSubjects } from './support/streams/measure-streams.ts'
import { documents } from './support/streams/paced-answer.ts'
import { startStreamClient } from './support/streams/stream-client.ts'
import { type Transport, transports } from './support/streams/stream-order.ts'
import { isScenario, type Scenario, scenarios } from './support/streams/stream-scenarios.ts'

const usage = `Measures chatStream over WebSocket and SSE against one paced upstream, beside the same load sent straight to it.

  node bench/stream.ts --database <url> [--scenario <name>]... [--over ws|sse|direct]... [--rounds 1] [--json <file>]

  --database   a PostgreSQL server: a database is made there and dropped
  --scenario   ${Object.keys(scenarios).join(', ')}; all of them where none is named
  --streams, --tokens, --rate, --ramp, --repeat   instead of the scenario's: seconds for the last two
  --node       a flag for the server's Node, such as --node=--cpu-prof; may be repeated
`

const number = { type: 'string' } as const
const { values } = parseArgs({
  options: {
    database: { type: 'string' },
    scenario: { type: 'string', multiple: true, default: Object.keys(scenarios) },
    over: { type: 'string', multiple: true, default: [...transports] },
    rounds: { type: 'string', default: '1' },
    ...{ streams: number, tokens: number, rate: number, ramp: number, repeat: number },
    node: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(usage)
else await main()

async function main(): Promise<void> {
  const { database } = values
  if (!database) throw new Error(`--database is needed.\n\n${usage}`)
  for (const name of values.scenario)
    if (!isScenario(name)) throw new Error(`No scenario ${name}.\n\n${usage}`)
  for (const name of values.scenario.filter(isScenario)) await run(database, scenarios[name])
}

async function run(server: string, chosen: Scenario): Promise<void> {
  const scenario = overridden(chosen)
  const environment = await describeEnvironment(server)
  const over = values.over.filter((name): name is Transport => transports.includes(name as Transport))
  await using subjects = await open(server)
  const rows: string[][] = []
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const transport of over) {
      const row = await measureStreams(subjects, scenario, transport)
      rows.push(row)
      progress(row.join('  '))
    }
  }
  const { tokens, rate, firstTokenMs } = scenario
  publish(
    {
      title: `Streams: ${scenario.title}`,
      data: `${scenario.streams} streams of ${tokens} tokens, ${rate} a second each, the first after ${firstTokenMs} ms; 6 documents`,
      table: { columns: scenario.columns.map(({ name }) => name), rows },
      notes: scenario.notes,
    },
    environment,
    values.json,
  )
}

function overridden(scenario: Scenario): Scenario {
  const given = (text: string | undefined, otherwise: number) =>
    text === undefined ? otherwise : Number(text)
  return {
    ...scenario,
    streams: given(values.streams, scenario.streams),
    tokens: given(values.tokens, scenario.tokens),
    rate: given(values.rate, scenario.rate),
    rampMs: given(values.ramp, scenario.rampMs / 1_000) * 1_000,
    repeatMs: given(values.repeat, scenario.repeatMs / 1_000) * 1_000,
  }
}

async function open(server: string): Promise<StreamSubjects & AsyncDisposable> {
  const resources = new AsyncDisposableStack()
  const database = resources.use(await scratchDatabase(server))
  const upstream = resources.use(await startPacedUpstream())
  const serving = resources.use(
    await startServer(
      {
        ...database.environment,
        ...{ LLM_BASE_URL: upstream.url, LLM_MODEL: 'paced', LLM_MAX_CONCURRENCY: '100000', AUTH: 'open' },
      },
      values.node,
    ),
  )
  const client = resources.use(startStreamClient())
  await ingestDocuments(serving.url, 'bench', documents)
  return {
    ...{ server: serving, upstream, client, databaseUrl: database.environment.DATABASE_URL ?? '' },
    turn: { next: 1 },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}
