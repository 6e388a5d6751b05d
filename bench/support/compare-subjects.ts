import { type Watch, watchBackends } from './processor-time.ts'
import { quantile } from './quantile.ts'
import { progress } from './report.ts'

export interface SubjectRun {
  /** Milliseconds of each request; null where only their mean is told. */
  readonly times: readonly number[] | null
  readonly meanMs?: number
  readonly count?: number
  readonly seconds: number
  /** Processor time of the client, in seconds. */
  readonly used: number
}

export interface Subject {
  readonly name: string
  run(connections: number, seconds: number): Promise<SubjectRun>
  /** Its server's processor time; null where it is its own client. */
  readonly watch: (() => Promise<Watch>) | null
}

export interface Comparison {
  readonly databaseUrl: string
  readonly atOnce: readonly number[]
  readonly rounds: number
  /** Of each subject in each round. */
  readonly seconds: number
}

interface Sum {
  readonly times: number[]
  count: number
  seconds: number
  meanMs: number
  server: number
  database: number
  client: number
}

/**
 * Runs the subjects in turns, beginning with another in each round, and gives a table's rows: name, at once, requests/s,
 * p50, p95, p99, the first subject's requests/s to these, and processor time of server, database and client per request.
 */
export async function compareSubjects(
  subjects: readonly Subject[],
  options: Comparison,
): Promise<string[][]> {
  const rows: string[][] = []
  for (const connections of options.atOnce) {
    const sums = subjects.map(
      (): Sum => ({
        ...{ times: [], count: 0, seconds: 0, meanMs: 0, server: 0, database: 0, client: 0 },
      }),
    )
    // The first round warms up connections, plans and the compiler, and is not counted.
    for (let round = -1; round < options.rounds; round++) {
      for (let turn = 0; turn < subjects.length; turn++) {
        const index = (turn + Math.max(round, 0)) % subjects.length
        const [subject, sum] = [subjects[index], sums[index]]
        if (!subject || !sum) continue
        if (round < 0) await subject.run(connections, Math.min(2, options.seconds))
        else await measure(subject, sum, connections, options)
      }
    }
    const first = perSecond(sums[0])
    for (const [index, sum] of sums.entries()) {
      const row = describe(subjects[index]?.name ?? '', connections, sum, first)
      progress(row.join('  '))
      rows.push(row)
    }
  }
  return rows
}

async function measure(
  subject: Subject,
  sum: Sum,
  connections: number,
  { databaseUrl, seconds, rounds }: Comparison,
): Promise<void> {
  const server = await subject.watch?.()
  const database = await watchBackends(databaseUrl)
  const run = await subject.run(connections, seconds)
  sum.database += (await database.stop()).seconds
  sum.server += (await server?.stop())?.seconds ?? Number.NaN
  sum.client += run.used
  for (const time of run.times ?? []) sum.times.push(time)
  sum.count += run.count ?? run.times?.length ?? 0
  sum.seconds += run.seconds
  sum.meanMs += (run.meanMs ?? Number.NaN) / rounds
}

const perSecond = (sum: Sum | undefined) => (sum ? sum.count / sum.seconds : Number.NaN)
const number = (value: number, digits: number) => (Number.isFinite(value) ? value.toFixed(digits) : '—')

function describe(name: string, connections: number, sum: Sum, first: number): string[] {
  const rate = perSecond(sum)
  const times =
    sum.times.length > 0
      ? [0.5, 0.95, 0.99].map((q) => number(quantile(sum.times, q), 2))
      : [`mean ${number(sum.meanMs, 2)}`, '—', '—']
  const used = [sum.server, sum.database, sum.client].map((each) => number((each / sum.count) * 1_000, 3))
  return [name, String(connections), number(rate, 0), ...times, number(first / rate, 2), ...used]
}
