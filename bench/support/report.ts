import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import pg from 'pg'

export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

export interface Report {
  readonly title: string
  /** What was measured on: sizes and names, no paths. */
  readonly data: string
  readonly table: Table
  /** What a reader must know to read the numbers. */
  readonly notes: readonly string[]
}

export type Environment = Readonly<Record<'machine' | 'load' | 'versions', string>>

/** The machine and what runs on it. Called before the measurements: the load is that of the others. */
export async function describeEnvironment(server: string | null): Promise<Environment> {
  const processors = cpus()
  const model = processors[0]?.model.trim() ?? 'unknown processor'
  const memory = Math.round(totalmem() / 2 ** 30)
  const versions = [
    `node ${process.versions.node}`,
    ...(await databaseVersions(server)),
    `commit ${commit()}`,
  ]
  return {
    machine: `${model}, ${processors.length} cores, ${memory} GiB`,
    load: `${(loadavg()[0] ?? 0).toFixed(2)} before the measurements`,
    versions: versions.join(' · '),
  }
}

async function databaseVersions(server: string | null): Promise<string[]> {
  const { dependencies } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as { dependencies: Record<string, string> }
  const embedded = `PGlite ${dependencies['@electric-sql/pglite']}`
  if (server === null) return [embedded]
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    const { rows } = await client.query<{ server: string; pgvector: string }>(
      `SELECT split_part(current_setting('server_version'), ' ', 1) AS server, default_version AS pgvector
       FROM pg_available_extensions WHERE name = 'vector'`,
    )
    return [`PostgreSQL ${rows[0]?.server}`, `pgvector ${rows[0]?.pgvector}`, embedded]
  } finally {
    await client.end()
  }
}

function commit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' })
  try {
    const changed = git('status', '--porcelain', '--', '../../src', '../../clients').trim() !== ''
    return git('rev-parse', '--short', 'HEAD').trim() + (changed ? ' with changes' : '')
  } catch {
    return 'unknown'
  }
}

/** Prints the report as Markdown; with a file, writes it there as JSON, too. */
export function publish(report: Report, environment: Environment, jsonFile: string | undefined): void {
  const { title, data, table, notes } = report
  const facts = { Machine: environment.machine, Load: environment.load, Versions: environment.versions }
  const lines = [`### ${title}`, '']
  for (const [name, value] of Object.entries({ ...facts, Data: data })) lines.push(`- ${name}: ${value}`)
  lines.push('', tableText(table))
  if (notes.length > 0) lines.push('', ...notes.map((note) => `${note}\n`))
  process.stdout.write(`${lines.join('\n').trimEnd()}\n`)
  if (jsonFile) writeFileSync(jsonFile, `${JSON.stringify({ ...report, environment }, null, 2)}\n`)
}

/** As Markdown. */
export function tableText({ columns, rows }: Table): string {
  const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  return [row(columns), row(columns.map(() => '---')), ...rows.map(row)].join('\n')
}

/** What is done and how far it is, beside the tables. */
export function progress(text: string): void {
  process.stderr.write(`${text}\n`)
}
