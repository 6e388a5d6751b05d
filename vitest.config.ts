import { defineConfig } from 'vitest/config'

// graphql has no exports map: Vite would take its `module` file for our imports while Yoga, Pothos and
// graphql-ws get `main` from Node, and two copies fail each other's instanceof.
const resolve = { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] }

export default defineConfig({
  test: {
    // What is left open keeps a run from ending: then the reporter names it.
    teardownTimeout: 20_000,
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
          testTimeout: 30_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
          globalSetup: ['test/testkit/app/global-setup.ts'],
        },
      },
      {
        resolve,
        test: {
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          // Each starts whole servers: two files at once would only take each other's core.
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 60_000,
          globalSetup: ['test/testkit/app/global-setup.ts'],
          setupFiles: ['test/testkit/app/leaks.ts'],
        },
      },
    ],
  },
})
