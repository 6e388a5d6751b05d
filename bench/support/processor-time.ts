import { readdir, readFile } from 'node:fs/promises'
import pg from 'pg'

/** Linux counts in hundredths of a second (USER_HZ). */
const ticksPerSecond = 100
const sampleEveryMs = 200

interface ProcessState {
  /** Seconds of processor time, of children that it has waited for, too. */
  readonly seconds: number
  /** Bytes. */
  readonly resident: number
}

/** What processes use while they are watched: NaN where the system does not tell (it is Linux that does). */
export interface Usage {
  /** Processor time, in seconds. */
  seconds: number
  /** The most that were resident at a time, in bytes. */
  peak: number
}

export interface Watch {
  /** Ends it. */
  stop(): Promise<Usage>
}

/** Watches a process with its children, also those that come and go meanwhile. */
export async function watchProcess(pid: number): Promise<Watch> {
  const before = total(await family(pid))
  return every(async (usage) => {
    const now = total(await family(pid))
    usage.seconds = now.seconds - before.seconds
    usage.peak = Math.max(usage.peak, now.resident)
  })
}

/** Watches the backends of a database, where its server runs on this machine. */
export async function watchBackends(databaseUrl: string): Promise<Watch> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'bench watch' })
  await client.connect()
  const seen = new Map<number, number>()
  const look = async (first: boolean) => {
    const { rows } = await client.query<{ pid: number }>({
      name: 'backends',
      text: `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name <> 'bench watch'`,
    })
    for (const { pid } of rows) {
      const state = await stateOf(pid)
      if (!state) continue
      if (first) before += state.seconds
      seen.set(pid, state.seconds)
    }
  }
  let before = 0
  await look(true)
  const watch = every(async (usage) => {
    await look(false)
    usage.seconds = [...seen.values()].reduce((sum, each) => sum + each, 0) - before
    if (seen.size === 0) usage.seconds = Number.NaN
  })
  return {
    async stop() {
      const usage = await watch.stop()
      await client.end()
      return usage
    },
  }
}

function every(sample: (usage: Usage) => Promise<void>): Watch {
  const usage: Usage = { seconds: Number.NaN, peak: 0 }
  let last = Promise.resolve()
  const timer = setInterval(() => {
    last = last.then(() => sample(usage))
  }, sampleEveryMs)
  return {
    async stop() {
      clearInterval(timer)
      await last
      await sample(usage)
      return usage
    },
  }
}

function total(states: readonly ProcessState[]): { seconds: number; resident: number } {
  return {
    seconds: states.reduce((sum, { seconds }) => sum + seconds, 0),
    resident: states.reduce((sum, { resident }) => sum + resident, 0),
  }
}

async function family(pid: number): Promise<ProcessState[]> {
  const own = await stateOf(pid)
  if (!own) return []
  const states = [own]
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => [])
  for (const task of tasks) {
    const children = await readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '')
    for (const child of children.split(' ').filter(Boolean)) states.push(...(await family(Number(child))))
  }
  return states
}

/** See proc_pid_stat(5): fields 14 to 17 are utime, stime, cutime and cstime, 24 is the resident pages. */
async function stateOf(pid: number): Promise<ProcessState | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  if (stat === null) return null
  // The second field is a name in brackets, which may hold anything.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const field = (number: number) => fields[number - 3] ?? Number.NaN
  const ticks = field(14) + field(15) + field(16) + field(17)
  return { seconds: ticks / ticksPerSecond, resident: field(24) * 4096 }
}
