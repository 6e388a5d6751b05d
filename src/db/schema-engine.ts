import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import type { MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm'
import type pg from 'pg'

const migrationsFolder = fileURLToPath(new URL('../../prisma/migrations/', import.meta.url))

/**
 * Prisma's own migration engine as WebAssembly: the table it keeps is the one of `prisma migrate deploy`,
 * and no binary is downloaded. @returns the names of the migrations that were applied now
 */
export async function applyMigrations(pool: pg.Pool): Promise<string[]> {
  const engine = await loadSchemaEngine(pool)
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: await readMigrations(),
      filters: { externalTables: [], externalEnums: [] },
    })
    return appliedMigrationNames
  } finally {
    engine.free()
  }
}

async function loadSchemaEngine(pool: pg.Pool): Promise<SchemaEngine> {
  bindings ??= instantiate()
  const { SchemaEngine } = await bindings
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg(pool))
  return SchemaEngine.new({ datamodels: undefined }, () => {}, adapter)
}

// Once a process: the bindings keep views of one instance's memory.
let bindings: Promise<Bindings> | undefined

/** The package's entry imports its .wasm as a module, which Node has only behind a flag: done by hand. */
async function instantiate(): Promise<Bindings> {
  const url = import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const loaded = (await import('@prisma/schema-engine-wasm/schema_engine_bg')) as unknown as Bindings
  const module = await WebAssembly.compile(await readFile(new URL('./schema_engine_bg.wasm', url)))
  const instance = await WebAssembly.instantiate(module, { './schema_engine_bg.js': withLooseTimers(loaded) })
  loaded.__wbg_set_wasm(instance.exports)
  const start = instance.exports.__wbindgen_start as () => void
  start()
  return loaded
}

/** The engine leaves the timer of its lock running, which would keep the process up for 10 s after its work. */
function withLooseTimers(bindings: object): object {
  const functions = Object.entries(bindings).map(([name, each]) => {
    if (!name.startsWith('__wbg_setTimeout_')) return [name, each] as const
    const setTimer = each as (...call: unknown[]) => NodeJS.Timeout
    return [name, (...call: unknown[]) => setTimer(...call).unref()] as const
  })
  return Object.fromEntries(functions)
}

// Node has it; its type stands in TypeScript's DOM library, which a server must not see.
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>
  instantiate(module: object, imports: object): Promise<{ readonly exports: Record<string, unknown> }>
}

interface Bindings {
  __wbg_set_wasm(exports: object): void
  SchemaEngine: {
    new (options: unknown, log: () => void, adapter: object): Promise<SchemaEngine>
  } & typeof SchemaEngine
}

async function readMigrations(): Promise<MigrationList> {
  const entries = await readdir(migrationsFolder, { withFileTypes: true })
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  const lockfile = await readFile(`${migrationsFolder}migration_lock.toml`, 'utf8')
  return {
    baseDir: migrationsFolder,
    lockfile: { path: 'migration_lock.toml', content: lockfile },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(
      folders.toSorted().map(async (path) => ({
        path,
        migrationFile: {
          path: 'migration.sql',
          content: {
            tag: 'ok' as const,
            value: await readFile(`${migrationsFolder}${path}/migration.sql`, 'utf8'),
          },
        },
      })),
    ),
  }
}
