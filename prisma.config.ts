import { env, execPath } from 'node:process'
import { defineConfig } from 'prisma/config'

// `prisma generate` asks for its migration engine's binary, which it never runs and which not every
// network lets it download: any file will do. Migrations run on the engine in WebAssembly.
env.PRISMA_SCHEMA_ENGINE_BINARY ??= execPath

/** For Prisma's own command line; the app applies migrations itself (src/db/migrate.ts). */
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: env.DATABASE_URL ?? 'postgresql://127.0.0.1/groundwire' },
})
