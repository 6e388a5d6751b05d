/**
 * Imports point one way (docs/ARCHITECTURE.md): each layer may import those below it, and its own. A name
 * stands for src/<name> or src/<name>.ts. What a layer needs of one above it, app.ts hands in.
 */
const layers = [
  ['main'],
  ['cli'],
  ['app'],
  ['server'],
  ['schema'],
  ['resolvers'],
  ['graph', 'jobs'],
  ['ingestion', 'retrieval', 'runs'],
  ['access', 'providers', 'db'],
  ['telemetry'],
  ['config', 'errors', 'failure', 'lib'],
]

const inSource = (names) => `^src/(${names.join('|')})(/|\\.ts$)`

/** Tests and what only they use may look at anything. */
const tests = '\\.(test|fixture)\\.ts$|/testing/'

const upwards = layers.slice(1).map((layer, index) => ({
  name: `${layer.join('-')}-imports-nothing-above`,
  severity: 'error',
  from: { path: inSource(layer), pathNot: tests },
  to: { path: inSource(layers.slice(0, index + 1).flat()) },
}))

/** Beside each other in a layer, and not to know of each other. */
const apart = [
  ['graph', 'jobs'],
  ['ingestion', 'runs'],
  ['retrieval', 'ingestion|runs'],
  ['providers', 'db|access'],
  ['db', 'providers|access'],
  ['lib', 'config|errors|failure'],
].flatMap(([one, others]) => [
  {
    name: `${one}-without-${others.replace(/\|/g, '-')}`,
    severity: 'error',
    from: { path: inSource([one]), pathNot: tests },
    to: { path: inSource([others]) },
  },
])

module.exports = {
  forbidden: [
    ...upwards,
    ...apart,
    {
      name: 'no-cycles',
      comment: 'Types may go round; values loaded in a circle see each other half made.',
      severity: 'error',
      from: { pathNot: 'generated/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'client-stands-alone',
      comment: 'It is copied into other projects, browsers among them.',
      severity: 'error',
      from: { path: '^clients/typescript/', pathNot: '\\.test\\.ts$|/testing/' },
      to: { pathNot: '^clients/typescript/' },
    },
    {
      name: 'nothing-unresolved',
      severity: 'error',
      // A package of its own, which bench/retrieve.ts installs.
      from: { pathNot: '^bench/mercurius/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'no-tests-in-source',
      severity: 'error',
      from: { path: '^(src|clients)/', pathNot: tests },
      to: { path: `${tests}|^test/` },
    },
    {
      name: 'no-development-dependencies-in-source',
      severity: 'error',
      from: { path: '^src/', pathNot: tests },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules|generated/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
