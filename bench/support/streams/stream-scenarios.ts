import type { StreamFigures } from './stream-figures.ts'
import { quantilesOf } from './stream-figures.ts'
import type { StreamLoad, Transport } from './stream-order.ts'

/** What one run of a scenario over one transport came to. */
export interface StreamOutcome {
  readonly transport: Transport
  readonly streams: number
  readonly figures: StreamFigures
  readonly seconds: number
  /** Of the whole retrieval, in milliseconds: the mean over the run. NaN for a direct one. */
  readonly retrievalMs: number
  /** Resident bytes that the server grew by until all streams were open, and used of its heap. */
  readonly growth: { readonly resident: number; readonly heap: number }
  /** Processor time in seconds. */
  readonly used: Readonly<Record<'server' | 'database' | 'upstream' | 'client', number>>
}

interface Column {
  readonly name: string
  cell(outcome: StreamOutcome): string
}

export interface Scenario extends StreamLoad {
  readonly title: string
  readonly columns: readonly Column[]
  readonly notes: readonly string[]
}

const names: Readonly<Record<Transport, string>> = {
  ws: 'WebSocket',
  sse: 'SSE',
  direct: 'straight to the upstream (floor)',
}

const kilobytes = (bytes: number, streams: number) =>
  Number.isFinite(bytes) ? `${(bytes / streams / 1_000).toFixed(0)} KB` : '—'
const minus = (values: readonly number[], ms: number) =>
  Number.isNaN(ms) ? values : values.map((value) => value - ms)
const of = (
  key: 'ttft' | 'itl' | 'tpot' | 'beforeAsked' | 'firstDelay' | 'addedItl' | 'delay' | 'resumed',
) => ({
  cell: ({ figures }: StreamOutcome) => quantilesOf(figures[key], 0.5, 0.95, 0.99),
})

const over: Column = { name: 'over', cell: ({ transport }) => names[transport] }
const whole: Column = {
  name: 'whole',
  cell: ({ figures, streams }) => `${streams - figures.failures.length} of ${streams}`,
}
const rate: Column = {
  name: 'tokens/s',
  cell: (outcome) => (outcome.figures.tokens / outcome.seconds).toFixed(0),
}
const processors: Column = {
  name: 'cores used by server, database, upstream, client',
  cell: ({ used, seconds }) =>
    [used.server, used.database, used.upstream, used.client]
      .map((each) => (each / seconds).toFixed(2))
      .join(', '),
}
const perToken: Column = {
  name: 'server, ms of processor a token',
  cell: ({ used, figures }) => ((used.server / figures.tokens) * 1_000).toFixed(3),
}
const delivery: Column = { name: 'upstream to client, a token', ...of('delay') }
const cost = [rate, processors, perToken, whole]

const definitions =
  "Times in ms, p50, p95, p99, as vLLM's benchmark of serving defines them: TTFT from sending the request until the first text, ITL between one text and the next, TPOT from the first text to the last over the tokens after the first. Upstream, client and server read one clock; the client of all rows is the same process."
const added =
  'Added to TTFT: without what the upstream itself took from its request to its first token, stream by stream, and without the mean time of a retrieval on /metrics: its spread counts as added.'

export const scenarios = {
  'first-token': {
    title: 'time to the first token',
    ...{ streams: 50, tokens: 100, rate: 20, firstTokenMs: 100, rampMs: 5_000, repeatMs: 25_000 },
    columns: [
      over,
      { name: 'TTFT', ...of('ttft') },
      {
        name: 'retrieval',
        cell: ({ retrievalMs }) => (Number.isNaN(retrievalMs) ? '—' : retrievalMs.toFixed(1)),
      },
      {
        name: 'added to TTFT',
        cell: ({ figures, retrievalMs }) =>
          quantilesOf(minus(figures.addedTtft, retrievalMs), 0.5, 0.95, 0.99),
      },

      { name: 'until the upstream was asked', ...of('beforeAsked') },
      { name: 'its first token to the client', ...of('firstDelay') },
      ...cost,
    ],
    notes: [definitions, added, 'Another stream begins where one ends: about ten a second.'],
  },
  'between-tokens': {
    title: 'time between tokens',
    ...{ streams: 200, tokens: 400, rate: 20, firstTokenMs: 100, rampMs: 20_000, repeatMs: 1_000 },
    columns: [
      over,
      { name: 'ITL', ...of('itl') },
      { name: 'TPOT', ...of('tpot') },
      { name: 'added to ITL', ...of('addedItl') },
      delivery,
      ...cost,
    ],
    notes: [
      definitions,
      'Added to ITL: without the time between the same two tokens at the upstream, pair by pair.',
    ],
  },
  open: {
    title: 'many at a time',
    ...{ streams: 2_000, tokens: 75, rate: 1, firstTokenMs: 100, rampMs: 60_000, repeatMs: 0 },
    columns: [
      over,
      {
        name: 'resident memory a stream',
        cell: ({ growth, streams }) => kilobytes(growth.resident, streams),
      },
      { name: 'of it heap', cell: ({ growth, streams }) => kilobytes(growth.heap, streams) },
      { name: 'ITL', ...of('itl') },
      delivery,
      ...cost,
    ],
    notes: [definitions, "Memory: the server's growth from before the first stream until all are open."],
  },
  reconnect: {
    title: 'all reconnect at once',
    ...{
      streams: 500,
      tokens: 25,
      rate: 1,
      firstTokenMs: 100,
      rampMs: 10_000,
      repeatMs: 0,
      cutAfterMs: 3_000,
    },
    columns: [
      over,
      {
        name: 'from the cut until the next event',
        cell: ({ figures, transport }) =>
          quantilesOf(transport === 'direct' ? figures.ttft : figures.resumed, 0.5, 0.99, 1),
      },
      ...cost,
    ],
    notes: [
      'Times in ms, p50, p99 and the last. All connections are cut at once; each client reconnects at once and resumes at the last event that it had. Straight to the upstream: as many new requests at once until their first token, which comes after 100 ms.',
    ],
  },
} satisfies Record<string, Scenario>

export function isScenario(name: string): name is keyof typeof scenarios {
  return Object.hasOwn(scenarios, name)
}
