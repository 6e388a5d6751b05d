/**
 * Calls `work` every `ms`, never twice at once, and once in between where it resolves with a shorter time.
 * It must not reject.
 */
export function repeat(ms: number, work: () => Promise<number | undefined>): { stop(): Promise<void> } {
  let running: Promise<void> | undefined
  let sooner: NodeJS.Timeout | undefined
  let stopped = false
  const round = async () => {
    clearTimeout(sooner)
    const again = await work()
    running = undefined
    if (again !== undefined && again < ms && !stopped) sooner = setTimeout(call, again).unref()
  }
  const call = () => {
    running ??= round()
  }
  const timer = setInterval(call, ms)
  timer.unref()
  return {
    async stop() {
      stopped = true
      clearInterval(timer)
      clearTimeout(sooner)
      await running
    },
  }
}
