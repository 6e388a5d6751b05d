import { Command, InvalidArgumentError, Option } from 'commander'
import { RetrievalMode, Scope } from '../../clients/typescript/generated/graphql.ts'
import { ConfigError } from '../config.ts'
import { runAsk } from './ask.ts'
import type { CliContext } from './context.ts'
import { errorMessage } from './error-message.ts'
import { type IngestCommand, runIngest } from './ingest.ts'
import { type RetrieveCommand, runRetrieve } from './retrieve.ts'

/** Commands that need the server's own parts; main.ts brings them. Each resolves when it is done. */
export interface ProgramHandlers {
  serve(options: { withWorker: boolean }): Promise<void>
  worker(): Promise<void>
  migrate(): Promise<void>
  createKey(options: { name: string; workspace: string; scopes: Scope[] }): Promise<void>
  listKeys(options: { workspace: string | undefined }): Promise<void>
  revokeKey(id: string): Promise<void>
  /** @returns the exit code */
  demo(options: { once: boolean }): Promise<number>
}

export interface ProgramContext extends CliContext {
  readonly version: string
  setExitCode(code: number): void
}

/** The command line. `context` brings the defaults of --url and --api-key, read from the environment once. */
export function createProgram(handlers: ProgramHandlers, context: ProgramContext): Command {
  const program = new Command('groundwire')
    .description('Grounded answers over documents, as a GraphQL platform.')
    .version(context.version)
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
    })
    // 1 is for what was asked for and failed; sysexits.h has 64 here, shells and most commands 2.
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))

  /** Runs a command: what it throws is told in a sentence, and an abort is the end that was asked for. */
  const run = async (command: () => Promise<unknown>) => {
    try {
      const code = await command()
      context.setExitCode(typeof code === 'number' ? code : 0)
    } catch (error) {
      if (context.signal.aborted) return context.setExitCode(130)
      context.stderr.write(`${errorMessage(error)}\n`)
      context.setExitCode(error instanceof ConfigError ? 78 : 1) // EX_CONFIG of sysexits.h
    }
  }

  program
    .command('serve')
    .description('start the API (on an embedded database where DATABASE_URL is not set)')
    .option('--with-worker', 'ingest in this process, too', false)
    .action((options: { withWorker: boolean }) => run(() => handlers.serve(options)))
  program
    .command('worker')
    .description('ingest what the API has accepted')
    .action(() => run(() => handlers.worker()))
  program
    .command('migrate')
    .description('bring the database up to date')
    .action(() => run(() => handlers.migrate()))
  program
    .command('demo')
    .description("ingest the project's own docs, search them and answer from them")
    .option('--once', 'end after the answer instead of serving on', false)
    .action((options: { once: boolean }) => run(() => handlers.demo(options)))
  addKeys(program, handlers, run)
  addClientCommands(program, context, run)
  return program
}

type Run = (command: () => Promise<unknown>) => Promise<void>

function addKeys(program: Command, handlers: ProgramHandlers, run: Run): void {
  const keys = program.command('keys').description('API keys')
  keys
    .command('create')
    .description('make a key; it is shown this once')
    .requiredOption('--name <name>', 'what it is for')
    .option('--workspace <name>', 'whose documents it opens', 'default')
    .option('--scopes <list>', `of ${Object.values(Scope).join(', ')}`, scopes, [Scope.Read, Scope.Write])
    .action((options: { name: string; workspace: string; scopes: Scope[] }) =>
      run(() => handlers.createKey(options)),
    )
  keys
    .command('list')
    .option('--workspace <name>', 'only of this workspace')
    .action(({ workspace }: { workspace?: string }) => run(() => handlers.listKeys({ workspace })))
  keys.command('revoke <id>').action((id: string) => run(() => handlers.revokeKey(id)))
}

interface Remote {
  readonly url: string
  readonly apiKey?: string
  readonly collection: string
}

function addClientCommands(program: Command, context: CliContext, run: Run): void {
  const remote = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .option('--collection <name>', 'set of documents', collectionName, 'default')
      .option('--url <url>', 'the server (GROUNDWIRE_URL)', serverUrl, context.url)
      .addOption(
        new Option('--api-key <key>', 'its key (GROUNDWIRE_API_KEY)').default(context.apiKey, 'as set'),
      )
  const at = ({ url, apiKey }: Remote): CliContext => ({ ...context, url, apiKey })

  remote('ingest <sources...>', 'send files, folders, globs and URLs, and wait until they are searchable')
    .option('--language <tag>', 'what all of them are in, such as de or pt-BR (default: detected)')
    .action((paths: string[], { language, ...options }: Remote & Pick<IngestCommand, 'language'>) =>
      run(() =>
        runIngest(at(options), { paths, collection: options.collection, ...(language && { language }) }),
      ),
    )
  remote('ask <question...>', 'answer from the documents, with citations')
    .option('--top-k <n>', 'passages to answer from', count, 6)
    .action((words: string[], { collection, topK, ...rest }: Remote & { topK: number }) =>
      run(() => runAsk(at({ collection, ...rest }), { question: words.join(' '), collection, topK })),
    )
  remote('retrieve <query...>', 'show the passages that answer a query best')
    .option('--top-k <n>', 'passages to show', count, 5)
    .addOption(
      new Option('--mode <mode>').choices(Object.values(RetrievalMode)).default(RetrievalMode.Hybrid),
    )
    .option('--language <tag>', 'what the words of the query are in, such as de or pt-BR')
    .action((words: string[], options: Remote & Omit<RetrieveCommand, 'query' | 'collection'>) => {
      const { collection, topK, mode, language } = options
      const command = { query: words.join(' '), collection, topK, mode, ...(language && { language }) }
      return run(() => runRetrieve(at(options), command))
    })
}

function collectionName(value: string): string {
  if (/^[a-z0-9_-]{1,63}$/.test(value)) return value
  throw new InvalidArgumentError("1 to 63 lower-case letters, digits, '-' and '_'.")
}

function serverUrl(value: string): string {
  if (URL.canParse(value) && /^https?:/.test(value)) return value
  throw new InvalidArgumentError('An http or https URL.')
}

function count(value: string): number {
  if (!/^[1-9]\d?$|^100$/.test(value)) throw new InvalidArgumentError('From 1 to 100.')
  return Number(value)
}

function scopes(value: string): Scope[] {
  const known = new Set<string>(Object.values(Scope))
  const list = value.split(',').map((scope) => scope.trim().toUpperCase())
  const unknown = list.filter((scope) => !known.has(scope))
  if (unknown.length > 0) throw new InvalidArgumentError(`Not a scope: ${unknown.join(', ')}.`)
  return list as Scope[]
}
