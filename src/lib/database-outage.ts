/**
 * Classes of PostgreSQL errors that the same statement can survive: connection, resources, shutdown. And what
 * Prisma makes of them: not reachable, timed out, closed, no connection free.
 */
const passing = /^(?:08...|53...|57P0[1-5]|40001|40P01|55P03|P1001|P1002|P1008|P1017|P2024)$/
const network = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'])
/** pg raises these without a code. */
const withoutCode =
  /^(?:Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Client was closed|Client network socket disconnected)/

/**
 * Whether a statement failed because the database was away or busy, not because of what it said. It may have
 * been committed all the same: whoever tries again must be idempotent.
 */
export function isDatabaseOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = (error as NodeJS.ErrnoException).code
  if (code !== undefined && (passing.test(code) || network.has(code))) return true
  if (passing.test(codeBehindPrisma(error))) return true
  if (error instanceof AggregateError) return error.errors.some(isDatabaseOutage)
  return withoutCode.test(error.message) || (error.cause !== undefined && isDatabaseOutage(error.cause))
}

/** Prisma has codes of its own for a few of PostgreSQL's, and hands the others on within P2039 and P2010. */
function codeBehindPrisma(error: Error): string {
  const { meta } = error as { meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } } }
  return String(meta?.driverAdapterError?.cause?.originalCode ?? '')
}
