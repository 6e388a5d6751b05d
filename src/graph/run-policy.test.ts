import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Played, play, step } from './run-interleaving.fixture.ts'
import { kinds, openWorld, type World } from './run-world.fixture.ts'
import { auditStatuses, readAudit, type StatusChange } from './status-audit.fixture.ts'

const ended = new Set(['COMPLETED', 'FAILED', 'CANCELLED'])
const lastOf: Readonly<Record<string, string>> = {
  COMPLETED: 'RunCompleted',
  FAILED: 'RunFailed',
  CANCELLED: 'RunCancelled',
}

describe.each(kinds)('conversations on two replicas, on %s', (kind) => {
  let world: World
  beforeAll(async () => {
    world = await openWorld()
    await auditStatuses(world.database)
  })
  afterAll(() => world[Symbol.asyncDispose]())

  test(
    'keep every policy, whatever is started, cancelled, finished, followed and killed at once',
    { timeout: 300_000 },
    () =>
      fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 16 }), async (steps) => {
          try {
            const played = await play(world, steps)
            const audit = await readAudit(world.database)
            for (const id of new Set(audit.map((change) => change.conversation_id))) {
              const isGone = played.deleted.has(id)
              expectTurns(
                audit.filter((change) => change.conversation_id === id),
                isGone,
              )
            }
            expectAnswers(audit, played)
            await expectLogs(played)
          } finally {
            await world.reset()
            await world.database.pool.query('TRUNCATE status_audit')
          }
        }),
        { numRuns: kind === 'server' ? 30 : 12, endOnFailure: true, timeout: 60_000 },
      ),
  )

  /** Runs take turns in the order in which they were accepted, and each begins after the one before has ended. */
  function expectTurns(changes: readonly StatusChange[], isGone: boolean): void {
    const statuses = new Map<string, string>()
    for (const { run_id, status, question } of changes) {
      const before = statuses.get(run_id)
      expect(ended.has(before ?? ''), `${run_id} ends once`).toBe(false)
      const earlier = [...statuses].filter(([id]) => id < run_id).map(([, each]) => each)
      if (!before) {
        expect(earlier).toHaveLength(statuses.size)
        if (question.endsWith('REJECT')) expect(earlier.every((each) => ended.has(each))).toBe(true)
        if (question.endsWith('INTERRUPT')) expect(earlier).not.toContain('QUEUED')
      }
      if (status === 'RUNNING') expect(earlier.every((each) => ended.has(each))).toBe(true)
      statuses.set(run_id, status)
    }
    // What was started while its conversation was being deleted is gone before its end.
    if (!isGone) for (const status of statuses.values()) expect(ended).toContain(status)
  }

  /** Only REJECT is refused, and only where another was active; one requestId is one run. */
  function expectAnswers(audit: readonly StatusChange[], { asked, deleted, forked }: Played): void {
    const forks = new Map<string, string>()
    for (const { requestId, conversationId } of forked) {
      if (requestId === null) continue
      expect(forks.get(requestId) ?? conversationId).toBe(conversationId)
      forks.set(requestId, conversationId)
    }
    const byRequest = new Map<string, string>()
    for (const { conversationId, policy, requestId, runId, from, to } of asked) {
      if (runId === null) {
        expect(policy).toBe('REJECT')
        const here = audit.filter((change) => change.conversation_id === conversationId)
        const accepted = new Set(here.filter(({ id }) => id <= to).map((change) => change.run_id))
        const over = new Set(
          here.filter(({ id, status }) => id <= from && ended.has(status)).map((change) => change.run_id),
        )
        expect([...accepted].some((id) => !over.has(id))).toBe(true)
      } else if (requestId !== null && deleted.size === 0) {
        // A run that is gone has left its requestId to another.
        expect(byRequest.get(requestId) ?? runId).toBe(runId)
        byRequest.set(requestId, runId)
      }
    }
    for (const runId of asked.map((each) => each.runId)) {
      if (runId) expect(audit.filter((change) => change.run_id === runId).length).toBeGreaterThan(0)
    }
  }

  /** Each log is whole and ends with one last event, and whoever followed has read just that. */
  async function expectLogs({ followed }: Played): Promise<void> {
    const runs = await world.database.prisma.run.findMany({
      include: { events: { orderBy: { seq: 'asc' } } },
    })
    const logs = new Map<string, { seq: number; type: string }[]>()
    for (const { id, status, events } of runs) {
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
      const last = events.filter(({ type }) => Object.values(lastOf).includes(type))
      expect(last.map(({ type }) => type)).toEqual([lastOf[status]])
      expect(events.at(-1)).toEqual(last[0])
      logs.set(
        id,
        events.map(({ seq, type }) => ({ seq, type })),
      )
    }
    for (const { runId, events } of followed) {
      // Whoever follows what is deleted reads what there was of it.
      if (!logs.has(runId)) expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
      else expect(events.map(({ seq, type }) => ({ seq, type }))).toEqual(logs.get(runId))
    }
  }
})
