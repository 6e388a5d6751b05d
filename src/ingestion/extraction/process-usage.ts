import { readFileSync } from 'node:fs'

export interface ProcessUsage {
  readonly residentBytes: number
  /** Of all its threads, in user and system mode. */
  readonly cpuSeconds: number
}

/** The same on all architectures that Linux runs Node on, and fixed in its interface: USER_HZ. */
const TICKS_PER_SECOND = 100
const KiB = 1024

/**
 * What a process holds and has used, as Linux tells; null where /proc is not there or the process is not. Read
 * synchronously: these files are made in memory, in microseconds.
 */
export function processUsage(pid: number): ProcessUsage | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1')
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field is the command in parentheses, and may have any character.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return {
      residentBytes: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * KiB,
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    }
  } catch {
    return null
  }
}
