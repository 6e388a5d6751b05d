import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type LoadRun, startLoad } from './support/failover/run-load.ts'
import { ingestDocuments } from './support/ingest-documents.ts'
import { quantile } from './support/quantile.ts'
import { describeEnvironment, progress, publish } from './support/report.ts'
import { startFailoverUpstream, startServer } from './support/server-process.ts'

const usage = `Kills one of two language models under load, starts it again, and tells what became of the runs and how long it
took until new ones all succeeded.

  node bench/chaos-upstream.ts [--streams 40] [--seconds 10] [--rate 20] [--first 500] [--json <file>]

  --streams  answers that are written at any time
  --seconds  of each of the three phases: both, one, both again
  --rate     words a second of each answer
  --first    milliseconds until its first word: what is killed then is to go on at the other
`

const { values } = parseArgs({
  options: {
    streams: { type: 'string', default: '40' },
    seconds: { type: 'string', default: '10' },
    rate: { type: 'string', default: '20' },
    first: { type: 'string', default: '500' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

const sentence =
  'The orchard behind the mill grows quinces, medlars and mulberries, and its keeper counts the ripe fruit of every tree each morning before the market opens, as the oldest ledger of the village asks'
const question = 'What does the orchard behind the mill grow?'

if (values.help) process.stdout.write(usage)
else await main()

async function main(): Promise<void> {
  const environment = await describeEnvironment(null)
  const streams = Number(values.streams)
  const phaseMs = Number(values.seconds) * 1_000
  const pace = { rate: Number(values.rate), firstMs: Number(values.first) }
  const directory = await mkdtemp(join(tmpdir(), 'groundwire-failover-'))
  await using cleanup = new AsyncDisposableStack()
  cleanup.defer(() => rm(directory, { recursive: true, force: true }))

  const start = (port: number) => startFailoverUpstream(port, `${sentence} [1].`, pace)
  const [doomed, other] = [await start(0), await start(0)]
  cleanup.use(doomed)
  cleanup.use(other)
  const server = await startServer({
    DATA_DIR: directory,
    LLM_BASE_URL: `${doomed.url},${other.url}`,
    LLM_MODEL: 'paced',
  })
  cleanup.use(server)
  await ingestDocuments(server.url, 'default', [{ externalId: 'orchard', source: { text: `${sentence}.` } }])

  const load = startLoad(server.url, streams, question)
  await sleep(phaseMs)
  const failoversBefore = await failovers(server.url)
  // At a moment when it owes somebody the first word: such a call is to go on at the other.
  const silent = await someCount(doomed.url, '/silent')
  const killedAt = performance.now()
  process.kill(doomed.pid, 'SIGKILL')
  progress('killed one of two')
  await sleep(phaseMs)
  const back = await start(Number(new URL(doomed.url).port))
  cleanup.use(back)
  const backAt = performance.now()
  progress('started it again')
  const failedOver = (await failovers(server.url)) - failoversBefore
  const usedAfterMs = (await firstServed(back.url)) - backAt
  await sleep(Math.max(0, backAt + phaseMs - performance.now()))
  await load.stop()

  const phases: readonly (readonly [string, number, number])[] = [
    ['both', 0, killedAt],
    ['one', killedAt, backAt],
    ['both again', backAt, Number.POSITIVE_INFINITY],
  ]
  const rows = phases.map(([name, from, to]) =>
    row(
      name,
      load.runs.filter(({ began }) => began >= from && began < to),
    ),
  )
  const failed = load.runs.filter(({ outcome }) => outcome !== 'completed')
  const inMiddle = failed.filter(({ began, firstTextAt }) => began < killedAt && firstTextAt !== null)
  const waitingLost = failed.filter(
    ({ began, firstTextAt }) => began < killedAt && firstTextAt === null,
  ).length
  const codes = [...new Set(inMiddle.map(({ outcome }) => outcome))].join(', ')
  publish(
    {
      title: 'Upstream failover',
      data: `${streams} streams of ${sentence.split(' ').length + 1} words at ${values.rate} a second, the first after ${values.first} ms, one after another in each of them; one server, two models, one of them killed with SIGKILL after ${values.seconds} s and started again ${values.seconds} s later`,
      table: {
        columns: [
          'runs begun with',
          'runs',
          'completed',
          'failed',
          'text differs',
          'first words, p50',
          'p99',
          'longest',
        ],
        rows,
      },
      notes: [
        `- runs in the middle of their answer at the model that was killed: ${inMiddle.length}, each ended ${codes || '-'} at most ${latest(inMiddle, killedAt)} ms after the kill`,
        `- calls that waited for their first word at the model that was killed: ${silent}; runs without a word that failed: ${waitingLost}; calls that went on at the other model after they had failed, those begun later included: ${failedOver}`,
        `- after the kill: the last run that failed was begun ${lastFailure(failed, killedAt, backAt)}`,
        `- after it was back: the last run that failed was begun ${lastFailure(failed, backAt, Number.POSITIVE_INFINITY)}; the first request went to it after ${usedAfterMs.toFixed(0)} ms`,
      ],
    },
    environment,
    values.json,
  )
  const isWrong = load.runs.some(({ outcome, whole }) => outcome === 'completed' && !whole)
  // Lost may be what the killed model had begun to say, and nothing else.
  if (isWrong || failed.length > inMiddle.length || failedOver < silent) process.exitCode = 1
}

/** How often the server has asked another model since it started. */
async function failovers(url: string): Promise<number> {
  const page = await (await fetch(new URL('/metrics', url))).text()
  return Number(/^groundwire_upstream_failovers_total\{[^}]*\} (\d+)/m.exec(page)?.[1] ?? 0)
}

/** When the model had its first request. */
async function firstServed(url: string): Promise<number> {
  await someCount(url, '/served')
  return performance.now()
}

/** What the model counts, when it is more than nothing. */
async function someCount(url: string, path: string): Promise<number> {
  for (;;) {
    const count = Number(await (await fetch(new URL(path, url))).text())
    if (count > 0) return count
    await sleep(10)
  }
}

function row(name: string, runs: readonly LoadRun[]): (string | number)[] {
  const completed = runs.filter(({ outcome }) => outcome === 'completed')
  const waits = runs.flatMap(({ began, firstTextAt }) => (firstTextAt === null ? [] : [firstTextAt - began]))
  const differing = completed.filter(({ whole }) => !whole).length
  const ms = (q: number) => `${quantile(waits, q).toFixed(0)} ms`
  return [
    name,
    runs.length,
    completed.length,
    runs.length - completed.length,
    differing,
    ms(0.5),
    ms(0.99),
    ms(1),
  ]
}

function latest(runs: readonly LoadRun[], from: number): string {
  return Math.max(0, ...runs.map(({ ended }) => ended - from)).toFixed(0)
}

function lastFailure(failed: readonly LoadRun[], from: number, to: number): string {
  const begun = failed.filter(({ began }) => began >= from && began < to).map(({ began }) => began - from)
  return begun.length === 0
    ? 'never: all succeeded from the first moment'
    : `${Math.max(...begun).toFixed(0)} ms after`
}
