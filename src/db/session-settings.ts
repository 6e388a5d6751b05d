/**
 * What every session runs with. Iterative scans keep a filter from leaving a vector search short;
 * their relaxed order is put right by the statement, which sorts what it found.
 */
export const sessionSettings = {
  'hnsw.iterative_scan': 'relaxed_order',
  'hnsw.ef_search': '100',
  // PostgreSQL's 4 is for disks that turn: with it a search by words reads all passages up to some ten thousands.
  random_page_cost: '1.1',
  // Compiling a plan takes longer than any of these statements.
  jit: 'off',
  TimeZone: 'UTC',
} as const
