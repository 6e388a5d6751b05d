import type { Subscription } from '../db/notifications.ts'
import type { RunContext } from './run-context.ts'

/** Hears what other replicas wrote and asked for; after a gap everybody looks for themselves. */
export async function listenToRuns({ database, bells, active }: RunContext): Promise<Subscription> {
  const { notifications } = database
  const grown = await notifications.listen(
    'groundwire_run',
    // "<run>:<last seq>" or "<run>:gone", of several runs with commas between.
    (payload) => {
      for (const news of payload.split(',')) {
        const runId = news.slice(0, news.indexOf(':'))
        // The journal has rung for what this process wrote itself.
        if (active.get(runId)?.journal.failed !== false) bells.ring(runId)
      }
    },
    () => {
      // What cut the connection may have been a crash.
      for (const { journal } of active.values()) journal.recheck()
      bells.ringAll()
    },
  )
  const cancelled = await notifications.listen(
    'groundwire_run_cancel',
    (runId) => active.get(runId)?.cancel(),
    // A cancellation that was missed meanwhile comes with the next renewal of the lease.
    () => {},
  )
  return {
    async close() {
      await grown.close()
      await cancelled.close()
    },
  }
}
