import { readFileSync } from 'node:fs'
import { processUsage } from '../../src/ingestion/extraction/process-usage.ts'

export interface ChildrenWatch extends Disposable {
  /** Resident bytes of the largest child that was seen; NaN where the system does not tell (it is Linux that does). */
  peak(): number
  /** Processor time of the one that has used the most. */
  cpuSeconds(): number
}

/** Looks at this process's children many times a second: of one that has ended, nothing can be asked. */
export function watchChildren(): ChildrenWatch {
  let peak = Number.NaN
  let cpuSeconds = 0
  const look = () => {
    for (const pid of children()) {
      const status = read(`/proc/${pid}/status`)
      const bytes = Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) * 1024
      if (!(bytes <= peak)) peak = Number.isNaN(bytes) ? peak : bytes
      cpuSeconds = Math.max(cpuSeconds, processUsage(Number(pid))?.cpuSeconds ?? 0)
    }
  }
  const timer = setInterval(look, 5)
  return { peak: () => peak, cpuSeconds: () => cpuSeconds, [Symbol.dispose]: () => clearInterval(timer) }
}

function children(): readonly string[] {
  return read(`/proc/self/task/${process.pid}/children`).split(' ').filter(Boolean)
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
