import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { bootProcess, type TestProcess } from '../test/testkit/app/boot-process.ts'
import { seededRandom } from '../test/testkit/chaos/random.ts'
import { quantile } from './support/quantile.ts'
import { describeEnvironment, publish } from './support/report.ts'
import { scratchDatabase } from './support/scratch-database.ts'

const usage = `Measures how long a document waits from the commit of ingestDocuments until an idle worker has claimed it.

  node bench/job-latency.ts --database <url> [--documents 200] [--json <file>]

  --database   a PostgreSQL server: a database is made there and dropped
`

const { values } = parseArgs({
  options: {
    database: { type: 'string' },
    documents: { type: 'string', default: '200' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

/**
 * Both times are taken inside of the database, by its clock: a deferred trigger runs when the transaction commits, just
 * before the commit is written, and another when the document leaves QUEUED. What COMMIT itself takes is part of it.
 */
const triggers = `
  CREATE TABLE bench_moment (document_id uuid, moment text, at timestamptz);
  CREATE FUNCTION bench_moment() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO bench_moment VALUES (NEW.id, TG_ARGV[0], clock_timestamp());
    RETURN NULL;
  END $$;
  CREATE CONSTRAINT TRIGGER bench_committed AFTER INSERT ON document DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION bench_moment('committed');
  CREATE TRIGGER bench_claimed AFTER UPDATE OF status ON document FOR EACH ROW
    WHEN (OLD.status = 'QUEUED' AND NEW.status <> 'QUEUED') EXECUTE FUNCTION bench_moment('claimed');
  CREATE TRIGGER bench_ready AFTER UPDATE OF status ON document FOR EACH ROW
    WHEN (OLD.status <> 'READY' AND NEW.status = 'READY') EXECUTE FUNCTION bench_moment('ready');`

if (values.help) process.stdout.write(usage)
else await main()

async function main(): Promise<void> {
  const server = values.database
  if (!server) throw new Error(`--database is needed.\n\n${usage}`)
  const environment = await describeEnvironment(server)
  await using database = await scratchDatabase(server)
  const env = { ...database.environment }
  await using api = await bootProcess({ env, args: ['serve'] })
  const pool = new pg.Pool({ connectionString: env.DATABASE_URL, max: 1 })
  await using _pool = { [Symbol.asyncDispose]: () => pool.end() }
  await pool.query(triggers)
  await using worker = await bootProcess({ env, args: ['worker'] })
  const roundTrips = await ingestOneByOne(api, Number(values.documents))
  const [claimed, ready] = [await since(pool, 'claimed'), await since(pool, 'ready')]
  for (const each of [worker, api]) await each.end('SIGTERM')
  const row = (name: string, measured: readonly number[]) => [
    name,
    ...[0.5, 0.95, 0.99, 1].map((part) => `${quantile(measured, part).toFixed(1)} ms`),
  ]
  publish(
    {
      title: 'From the commit of ingestDocuments to its work',
      data: `${values.documents} ingestions of one document, each when the one before was READY and 20 to 300 ms had passed`,
      table: {
        columns: ['', 'p50', 'p95', 'p99', 'max'],
        rows: [
          row('commit until claimed', claimed),
          row('commit until READY', ready),
          row('ingestDocuments, as its caller sees it', roundTrips),
        ],
      },
      notes: [
        'Commit and claim by the clock of the database: triggers write the moment just before the COMMIT, and that of the claim.',
      ],
    },
    environment,
    values.json,
  )
}

/** @returns what each request took, in milliseconds */
async function ingestOneByOne({ client }: TestProcess, count: number): Promise<number[]> {
  const random = seededRandom(1)
  const roundTrips: number[] = []
  for (let each = 0; each < count; each += 1) {
    const began = performance.now()
    const { ingestions } = await client.ingest({
      documents: [
        { externalId: `document-${each}`, source: { text: `It waits for its turn, number ${each}.` } },
      ],
    })
    roundTrips.push(performance.now() - began)
    for await (const _ of client.watchIngestion(ingestions[0]?.id ?? ''));
    // Not in step with anything that polls.
    await delay(20 + random() * 280)
  }
  return roundTrips
}

/** Milliseconds from each document's commit to that moment of it. */
async function since(pool: pg.Pool, moment: string): Promise<number[]> {
  const { rows } = await pool.query<{ ms: number }>(
    `SELECT extract(epoch FROM later.at - committed.at)::float8 * 1000 AS ms
     FROM bench_moment AS committed JOIN bench_moment AS later USING (document_id)
     WHERE committed.moment = 'committed' AND later.moment = $1`,
    [moment],
  )
  return rows.map(({ ms }) => ms)
}
