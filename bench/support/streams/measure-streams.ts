import { setTimeout as delay } from 'node:timers/promises'
import { memoryOf } from '../process-memory.ts'
import { watchBackends, watchProcess } from '../processor-time.ts'
import { median } from '../quantile.ts'
import { progress } from '../report.ts'
import { readMetric } from '../server-metrics.ts'
import type { BenchProcess } from '../server-process.ts'
import { readSent } from './sent-stream.ts'
import type { StreamClient } from './stream-client.ts'
import { figuresOf } from './stream-figures.ts'
import type { StreamLoad, Transport } from './stream-order.ts'
import type { Scenario, StreamOutcome } from './stream-scenarios.ts'

export interface StreamSubjects {
  readonly server: BenchProcess
  readonly upstream: BenchProcess
  readonly client: StreamClient
  readonly databaseUrl: string
  /** The number of the next stream: no two runs share one. */
  readonly turn: { next: number }
}

/** Between runs, so that one does not pay for what the last one left. */
const restMs = 1_500
const memorySamples = 5

/** @returns a row of the scenario's table */
export async function measureStreams(
  subjects: StreamSubjects,
  scenario: Scenario,
  transport: Transport,
): Promise<string[]> {
  const outcome = await measure(subjects, scenario, transport)
  for (const failure of new Set(outcome.figures.failures)) progress(`  not whole: ${failure}`)
  return scenario.columns.map(({ cell }) => cell(outcome))
}

async function measure(
  { server, upstream, client, databaseUrl, turn }: StreamSubjects,
  scenario: Scenario,
  transport: Transport,
): Promise<StreamOutcome> {
  await delay(restMs)
  await readSent(upstream.url)
  const before = { memory: await memoryNow(server), retrieval: await retrievals(server.url) }
  const watches = await Promise.all([
    watchProcess(server.pid),
    watchBackends(databaseUrl),
    watchProcess(upstream.pid),
  ])
  let grown = Promise.resolve({ resident: Number.NaN, heap: Number.NaN })
  const url = transport === 'direct' ? upstream.url : server.url
  const firstStream = turn.next
  turn.next += 1_000_000
  const done = await client.run({ ...loadOf(scenario, transport), transport, url, firstStream }, () => {
    if (transport !== 'direct') grown = growth(server, before.memory)
  })
  const [serverUsage, databaseUsage, upstreamUsage] = await Promise.all(watches.map((watch) => watch.stop()))
  const after = await retrievals(server.url)
  const seconds = (ms: number | undefined) => ms ?? Number.NaN
  return {
    transport,
    streams: done.records.length,
    figures: figuresOf(done.records, await readSent(upstream.url), scenario.tokens),
    seconds: done.seconds,
    retrievalMs:
      ((after.seconds - before.retrieval.seconds) / (after.count - before.retrieval.count)) * 1_000,
    growth: await grown,
    used: {
      server: seconds(serverUsage?.seconds),
      database: seconds(databaseUsage?.seconds),
      upstream: seconds(upstreamUsage?.seconds),
      client: done.used,
    },
  }
}

function loadOf(scenario: Scenario, transport: Transport): StreamLoad {
  const { streams, tokens, rate, firstTokenMs, rampMs, repeatMs, cutAfterMs } = scenario
  const load = { streams, tokens, rate, firstTokenMs, rampMs, repeatMs }
  if (cutAfterMs === undefined) return load
  // Nothing can be resumed at an upstream: all ask it anew at once.
  return transport === 'direct' ? { ...load, rampMs: 0 } : { ...load, cutAfterMs }
}

interface Memory {
  readonly resident: number
  readonly heap: number
}

async function memoryNow({ pid, url }: BenchProcess): Promise<Memory> {
  const heap =
    [...(await readMetric(url, 'groundwire_nodejs_heap_size_used_bytes')).values()][0] ?? Number.NaN
  return { resident: (await memoryOf(pid)).resident, heap }
}

/** While all streams are open: the median of a few looks, since what is collected comes and goes. */
async function growth(server: BenchProcess, before: Memory): Promise<Memory> {
  const samples: Memory[] = []
  for (let sample = 0; sample < memorySamples; sample++) {
    samples.push(await memoryNow(server))
    await delay(1_000)
  }
  return {
    resident: median(samples.map(({ resident }) => resident)) - before.resident,
    heap: median(samples.map(({ heap }) => heap)) - before.heap,
  }
}

/** Those so far, and what they took together. */
async function retrievals(url: string): Promise<{ seconds: number; count: number }> {
  const of = async (name: string) =>
    (await readMetric(url, `groundwire_retrieval_duration_seconds_${name}`)).get('{stage="total"}') ?? 0
  return { seconds: await of('sum'), count: await of('count') }
}
