import { defineConfig } from 'vitest/config'

export default defineConfig({
  // graphql has no exports map: Vite would take its `module` file for our imports while Yoga, Pothos and
  // graphql-ws get `main` from Node, and two copies fail each other's instanceof.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'clients/**/*.test.ts', 'bench/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
