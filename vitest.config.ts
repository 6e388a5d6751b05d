import { basename, join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

// Of workers and of the processes that tests start: a start takes half of the time when its modules are compiled.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/compiled')

// graphql has no exports map: Vite would take its `module` file for our imports while Yoga, Pothos and
// graphql-ws get `main` from Node, and two copies fail each other's instanceof.
const resolve = { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] }

/** Fails a file that leaves connections, ports or processes behind. */
const setupFiles = ['test/testkit/app/leaks.ts']

/** Where domain, workflow and schema meet the database: a server where TEST_DATABASE_URL names one, else embedded. */
const onDatabase = [
  'src/{access,db,graph,ingestion,jobs,retrieval,runs}/*.test.ts',
  'src/graph/conversation/summaries.test.ts',
  'src/ingestion/spaces/*.test.ts',
  'src/retrieval/lexical/{count-terms,search-lexical}.test.ts',
  'src/retrieval/vector/passage-vector.test.ts',
  'test/schema/*.test.ts',
]

/** Take all of the machine: beside another file a replica that lives could be late, and lose its leases. */
const storms = ['test/system/run-kills.test.ts']

/** A limit of a second, as is expect.poll's own, would be one on the machine's load. */
const expect = { poll: { timeout: 25_000 } }

/** Each database is a copy of one that is migrated once. */
const globalSetup = ['test/testkit/app/global-setup.ts']

/** Those that last longest begin first: none of them is to go on alone at the end. */
const longest = ['ingestion-kills', 'ingestion-upstream', 'ingestion-fencing', 'sigkill', 'processes', 'demo']

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((one, other) => group(one) - group(other) || rank(one) - rank(other))
  }
}

const group = ({ project }: TestSpecification) => project.config.sequence.groupOrder

function rank({ moduleId }: TestSpecification): number {
  const index = longest.indexOf(basename(moduleId, '.test.ts'))
  return index === -1 ? longest.length : index
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          include: [
            'src/**/*.test.ts',
            'clients/**/*.test.ts',
            'bench/**/*.test.ts',
            'test/server/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', ...onDatabase],
          setupFiles,
          expect,
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
          expect,
          globalSetup,
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
          exclude: ['**/node_modules/**', ...storms],
          setupFiles,
          expect,
          globalSetup,
          // Each has databases and ports of its own. On a server they wait for leases and restarts more than they compute.
          maxWorkers: process.env.TEST_DATABASE_URL ? 3 : 2,
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve,
        test: {
          name: 'storm',
          include: storms,
          setupFiles,
          expect,
          globalSetup,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
