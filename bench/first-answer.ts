import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { median } from './support/quantile.ts'
import { describeEnvironment, progress, publish } from './support/report.ts'

const usage = `Measures how long the demo takes until its answer is there, each time with a fresh data folder.

  node bench/first-answer.ts [--runs 5] [--json <file>]
`

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

const root = fileURLToPath(new URL('..', import.meta.url))
const openEmpty = fileURLToPath(new URL('./support/open-empty.ts', import.meta.url))

interface Milestone {
  readonly name: string
  /** What of the output says that it is reached. */
  readonly when: RegExp
}

interface Subject {
  readonly name: string
  command(directory: string): [string, ...string[]]
  readonly milestones: readonly Milestone[]
  /** What the whole output must hold for its times to count. */
  readonly requires: RegExp
}

const subjects: readonly Subject[] = [
  {
    name: 'npm run demo',
    command: () => ['npm', 'run', 'demo', '--', '--once'],
    milestones: [
      { name: 'serving', when: /1 Ingest/ },
      { name: 'documents searchable', when: /2 Retrieve/ },
      // Not on a terminal, the demo writes the answer when it is final: its first words come with its last.
      { name: 'first words of the answer', when: /3 Ask.*\n\s*\S/ },
    ],
    // A refusal comes sooner than an answer does, and is none.
    requires: /\[1\].*✓ grounded/s,
  },
  {
    name: 'an empty embedded database, opened (floor)',
    command: (directory) => [process.execPath, openEmpty, directory],
    milestones: [{ name: 'ready', when: /ready/ }],
    requires: /ready/,
  },
  {
    name: 'the same, and migrated (floor)',
    command: (directory) => [process.execPath, openEmpty, directory, 'migrate'],
    milestones: [{ name: 'ready', when: /ready/ }],
    requires: /ready/,
  },
]

if (values.help) process.stdout.write(usage)
else await main()

async function main(): Promise<void> {
  const environment = await describeEnvironment(null)
  const measured = subjects.map(() => [] as number[][])
  for (let run = 0; run < Number(values.runs); run++) {
    for (const [index, subject] of subjects.entries()) {
      const reached = await measure(subject)
      measured[index]?.push(reached)
      progress(`${subject.name}: ${reached.map((each) => each.toFixed(2)).join(', ')} s`)
    }
  }
  const last = measured.map((runs) => median(runs.map((reached) => reached.at(-1) ?? Number.NaN)))
  const rows = subjects.flatMap(({ name, milestones }, index) =>
    milestones.map((milestone, at) => {
      const seconds = (measured[index] ?? []).map((reached) => reached[at] ?? Number.NaN)
      const final = at === milestones.length - 1
      return [
        name,
        milestone.name,
        `${median(seconds).toFixed(2)} s`,
        seconds.map((each) => each.toFixed(2)).join(', '),
        final ? ((last[0] ?? 0) / (last[index] ?? 0)).toFixed(1) : '',
      ]
    }),
  )
  publish(
    {
      title: "Time to the demo's first answer",
      data: `the project's README and docs/; a fresh data folder each time; ${values.runs} runs, alternating`,
      table: { columns: ['command', 'until', 'median', 'all runs, s', 'ratio'], rows },
      notes: ['From the start of the process, npm included. Ratio: the first words to that row.'],
    },
    environment,
    values.json,
  )
}

/** @returns seconds from the start of the process to each milestone */
async function measure({ command, milestones, requires }: Subject): Promise<number[]> {
  const directory = await mkdtemp(join(tmpdir(), 'groundwire-bench-'))
  const [file, ...args] = command(directory)
  const began = performance.now()
  const child = spawn(file, args, {
    cwd: root,
    env: { ...process.env, DATABASE_URL: '', DATA_DIR: directory, PORT: '0', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const reached: number[] = []
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      for (const { when } of milestones.slice(reached.length)) {
        if (!when.test(output)) break
        reached.push((performance.now() - began) / 1_000)
      }
    })
    await once(child, 'close')
    if (reached.length < milestones.length) throw new Error(`It did not get so far:\n${output}`)
    if (!requires.test(output)) throw new Error(`There is no cited answer:\n${output}`)
    return reached
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
