import { type ExecutionResult, graphql, parse, subscribe } from 'graphql'
import pg from 'pg'
import type { Caller, Scope } from '../../src/access/caller.ts'
import type { Database } from '../../src/db/database.ts'
import { AppError } from '../../src/errors.ts'
import type { Context, Services } from '../../src/resolvers/context.ts'
import { schema } from '../../src/schema/index.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { createDatabase } from '../testkit/open-database.ts'

export interface TestDatabase extends AsyncDisposable {
  readonly database: Database
  /** How many statements the database ran since it was asked last. */
  statements(): number
}

/** A migrated database of its own. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const closed = await createDatabase()
  const database = await closed.open()
  // Every connection of the pool, whoever asks for it: Prisma's adapter, too.
  let count = 0
  const { query } = pg.Client.prototype
  pg.Client.prototype.query = function (this: pg.Client, ...parameters: unknown[]) {
    count += 1
    return Reflect.apply(query, this, parameters)
  } as typeof query
  return {
    database,
    statements() {
      const since = count
      count = 0
      return since
    },
    async [Symbol.asyncDispose]() {
      pg.Client.prototype.query = query
      await closed[Symbol.asyncDispose]()
    },
  }
}

/** A service that a test does not expect to be called. */
function unexpected<T extends object>(name: string): T {
  return new Proxy({} as T, {
    get: (_target, method) => () => {
      throw new Error(`${name}.${String(method)} was not expected`)
    },
  })
}

export function contextOf(
  caller: Partial<Caller>,
  services: Partial<Services>,
  signal: AbortSignal = new AbortController().signal,
): Context {
  return {
    caller: {
      workspaceId: '01940000-0000-7000-8000-000000000000',
      scopes: ['READ', 'WRITE'] satisfies Scope[],
      ...caller,
    },
    services: {
      database: unexpected<Database>('database'),
      collections: unexpected('collections'),
      ingestions: unexpected('ingestions'),
      migrations: unexpected('migrations'),
      retriever: unexpected('retriever'),
      runs: unexpected('runs'),
      metrics: createMetrics(),
      ...services,
    },
    signal,
  }
}

export type Variables = Record<string, unknown>
// biome-ignore lint/suspicious/noExplicitAny: the shape is what each test's operation selects
export type Data = any

/** Executes and expects no error. */
export async function run(context: Context, source: string, variables: Variables = {}): Promise<Data> {
  const result = await execute(context, source, variables)
  if (result.errors) throw result.errors[0]?.originalError ?? result.errors[0]
  return result.data
}

export async function execute(
  context: Context,
  source: string,
  variables: Variables = {},
): Promise<ExecutionResult<Data>> {
  return (await graphql({
    schema,
    source,
    contextValue: context,
    variableValues: variables,
  })) as ExecutionResult<Data>
}

/** The stream, or the errors that it was refused with. */
export async function open(
  context: Context,
  source: string,
  variables: Variables = {},
): Promise<AsyncGenerator<ExecutionResult<Data>> | ExecutionResult<Data>> {
  const document = parse(source)
  return (await subscribe({
    schema,
    document,
    contextValue: context,
    variableValues: variables,
  })) as AsyncGenerator<ExecutionResult<Data>>
}

/** All of a stream; throws where it was refused or an event failed. */
export async function collect(
  stream: AsyncGenerator<ExecutionResult<Data>> | ExecutionResult<Data>,
): Promise<Data[]> {
  if (!(Symbol.asyncIterator in stream)) throw stream.errors?.[0]
  const all: Data[] = []
  for await (const { data, errors } of stream) {
    if (errors) throw errors[0]
    all.push(data)
  }
  return all
}

/** Code and field of the first error, as mask-error.ts would tell them. */
export function refusal(result: ExecutionResult<Data>): { code: unknown; field?: unknown; limit?: unknown } {
  const error = result.errors?.[0]
  const cause = error?.originalError
  if (cause instanceof AppError) {
    return { code: cause.code, ...(cause.details as { field?: unknown; limit?: unknown }) }
  }
  return { code: error?.extensions.code ?? error?.message }
}
