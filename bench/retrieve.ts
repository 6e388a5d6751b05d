import { parseArgs } from 'node:util'
import { RetrieveDocument } from '../clients/typescript/generated/graphql.ts'
import { compareSubjects, type Subject } from './support/compare-subjects.ts'
import { discardSpans } from './support/discard-spans.ts'
import { startLoadClient } from './support/load-client.ts'
import { startMercurius } from './support/mercurius.ts'
import { pgbenchScript, runPgbench } from './support/pgbench.ts'
import { watchProcess } from './support/processor-time.ts'
import { describeEnvironment, progress, publish } from './support/report.ts'
import { type RetrievalWorld, retrievalWorld } from './support/retrieval-world.ts'
import { startServer } from './support/server-process.ts'
import { sessionOptions } from './support/session-options.ts'

const usage = `Measures VECTOR retrieve through GraphQL beside pgbench with the same statement and beside mercurius.

  node bench/retrieve.ts --database <url> [--pgbench pgbench] [--passages 20000] [--dimensions 384] [--top-k 5]
    [--at-once 1,8,50] [--rounds 4] [--seconds 2] [--selection hits|client] [--node <flag>]... [--json <file>]

  --database   a PostgreSQL server: a database is made there and dropped
  --pgbench    the program, and words before its own arguments
  --selection  hits: rank, score, and of the passage its id and text; client: all that the TypeScript client asks for
  --seconds    of each subject in each round
  --node       a flag for the server's Node, such as --node=--cpu-prof; may be repeated
`

const { values } = parseArgs({
  options: {
    database: { type: 'string' },
    pgbench: { type: 'string', default: 'pgbench' },
    passages: { type: 'string', default: '20000' },
    dimensions: { type: 'string', default: '384' },
    'top-k': { type: 'string', default: '5' },
    'at-once': { type: 'string', default: '1,8,50' },
    rounds: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '2' },
    selection: { type: 'string', default: 'hits' },
    node: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
const topK = Number(values['top-k'])
const dimensions = Number(values.dimensions)
const queries = 100

const selections: Readonly<Record<string, string>> = {
  hits: 'query Retrieve($input: RetrieveInput!) { retrieve(input: $input) { mode underfilled hits { rank score chunk { id text } } } }',
  client: RetrieveDocument.toString(),
}

if (values.help) process.stdout.write(usage)
else await main()

async function main(): Promise<void> {
  const query = selections[values.selection]
  if (!values.database || !query) throw new Error(`--database is needed, and a selection.\n\n${usage}`)
  const environment = await describeEnvironment(values.database)
  await using world = await retrievalWorld(values.database, {
    passages: Number(values.passages),
    dimensions,
    queries,
    topK,
  })
  await using collector = await discardSpans()
  await using server = await startServer(
    {
      ...world.environment,
      AUTH: 'keys',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.1',
    },
    values.node,
  )
  const { statement, vectors, databaseUrl } = world
  await using mercurius = await startMercurius({ databaseUrl, options: sessionOptions, statement, vectors })
  await using client = startLoadClient()

  const bodies = world.queries.map((text) => JSON.stringify({ query, variables: { input: inputOf(text) } }))
  const http = (url: string, headers: Readonly<Record<string, string>>): Subject['run'] => {
    const expected = '{"data":{"retrieve":{'
    return (connections, seconds) => client.run({ url, headers, bodies, connections, seconds, expected })
  }
  await requireSame(world, [server.url, mercurius.url], bodies)
  const rows = await compareSubjects(
    [
      {
        name: 'Groundwire',
        run: http(server.url, {
          accept: 'application/graphql-response+json',
          authorization: `Bearer ${world.key}`,
        }),
        watch: () => watchProcess(server.pid),
      },
      {
        name: 'pgbench, the same statement',
        run: pgbench(world),
        watch: null,
      },
      { name: 'mercurius, JIT, pg', run: http(mercurius.url, {}), watch: () => watchProcess(mercurius.pid) },
    ],
    {
      databaseUrl,
      atOnce: values['at-once'].split(',').map(Number),
      rounds: Number(values.rounds),
      seconds: Number(values.seconds),
    },
  )
  if (collector.exports() === 0) throw new Error('No span was exported')
  publish(
    {
      title: `VECTOR retrieve through GraphQL, top ${topK}`,
      data: `${values.passages} passages of ${dimensions} dimensions, clustered; ${queries} queries in turn; selection: ${values.selection}; ${values.rounds} rounds of ${values.seconds} s, alternating; times in ms`,
      table: {
        columns: [
          'what',
          'at once',
          'requests/s',
          'p50',
          'p95',
          'p99',
          'ratio',
          'CPU server',
          'CPU database',
          'CPU client',
        ],
        rows,
      },
      notes: [
        "Groundwire with API keys, metrics and 10 % of the traces exported; the others with none of it. Ratio: Groundwire's requests/s to that row's. CPU: milliseconds of processor time for each request. Servers, PostgreSQL and clients share the machine's cores. pgbench takes the queries' vectors from a table, by their number; mercurius has them as Groundwire sends them.",
        `The statement is sent ${statement.prepared ? 'named and prepared' : 'unprepared'}: ${statement.text.replace(/\s+/g, ' ')}`,
      ],
    },
    environment,
    values.json,
  )
}

function inputOf(query: string) {
  return { query, collection: 'bench', topK, mode: 'VECTOR' }
}

function pgbench(world: RetrievalWorld): Subject['run'] {
  const { statement, databaseUrl } = world
  const script = pgbenchScript(statement, dimensions, queries)
  return async (clients, seconds) => {
    const command = values.pgbench.split(' ')
    const run = { databaseUrl, options: sessionOptions, command, ...script, clients, seconds }
    const { perSecond, meanMs } = await runPgbench({ ...run, prepared: statement.prepared })
    return { times: null, meanMs, count: perSecond * seconds, seconds, used: Number.NaN }
  }
}

/** What is compared must give the same answers. */
async function requireSame(
  world: RetrievalWorld,
  urls: readonly string[],
  bodies: readonly string[],
): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${world.key}` }
  for (const body of bodies.slice(0, 10)) {
    const texts = await Promise.all(
      urls.map(async (url) => (await fetch(url, { method: 'POST', headers, body })).text()),
    )
    const [own, other] = texts.map((text) => JSON.parse(text) as unknown)
    if (JSON.stringify(own) !== JSON.stringify(other)) {
      throw new Error(`The answers differ:\n${texts.map((text) => text.slice(0, 2_000)).join('\n')}`)
    }
  }
  progress('The answers are the same')
}
