import { defineConfig } from 'vitest/config'

// graphql has no exports map: Vite would take its `module` file for our imports while Yoga, Pothos and
// graphql-ws get `main` from Node, and two copies fail each other's instanceof.
const resolve = { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] }

/** Fails a file that leaves connections, ports or processes behind. */
const setupFiles = ['test/testkit/app/leaks.ts']

/** Where domain and workflow meet the database: these run on a server, too, where TEST_DATABASE_URL names one. */
const onDatabase = [
  'src/{access,db,graph,ingestion,jobs,retrieval,runs}/*.test.ts',
  'src/ingestion/spaces/*.test.ts',
]

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          include: [
            'src/**/*.test.ts',
            'clients/**/*.test.ts',
            'bench/**/*.test.ts',
            'test/{server,schema}/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', ...onDatabase],
          setupFiles,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve,
        test: {
          name: 'database',
          include: onDatabase,
          setupFiles,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve,
        test: {
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          setupFiles,
          globalSetup: ['test/testkit/app/global-setup.ts'],
          // Each starts whole servers: two files at once would only take each other's core.
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
