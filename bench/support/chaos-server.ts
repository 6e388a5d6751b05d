import type { ParseArgsOptionsConfig } from 'node:util'
import { type PostgresTool, postgresTool } from '../../test/testkit/chaos/postgres-tool.ts'
import { describeEnvironment, type Environment, progress } from './report.ts'

/** What every program that disturbs PostgreSQL takes beside its own options. */
export const chaosOptions = {
  database: { type: 'string' },
  postgres: { type: 'string' },
  seed: { type: 'string', default: '1' },
  json: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const satisfies ParseArgsOptionsConfig

export const chaosUsage = `  --database   a PostgreSQL server: databases are made there and dropped, and the server itself is left alone
  --postgres   a program that knows start, crash, restart, freeze and thaw, as shared/tools/postgres does: the server
               is disturbed, too, and with it whoever else uses it
  --seed       of the moments at which something happens`

export interface ChaosServer {
  /** Its address. */
  readonly url: string
  /** Disturbs it; null where it is to be left alone. */
  readonly tool: PostgresTool | null
  readonly environment: Environment
}

/** The server that the options name, started where `--postgres` has to. @throws with the usage where they name none */
export async function openChaosServer(
  { database, postgres }: { database?: string | undefined; postgres?: string | undefined },
  usage: string,
): Promise<ChaosServer> {
  const tool = postgres ? postgresTool(postgres) : null
  const url = (await tool?.url()) ?? database
  if (!url) throw new Error(`--database or --postgres is needed.\n\n${usage}`)
  return { url, tool, environment: await describeEnvironment(url) }
}

/** Tells what is wrong, and ends with 1 where anything is. */
export function tellFaults(faults: readonly string[]): void {
  for (const fault of faults.slice(0, 20)) progress(fault)
  if (faults.length > 0) process.exitCode = 1
}
