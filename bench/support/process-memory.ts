import { readFile } from 'node:fs/promises'

export interface ProcessMemory {
  /** Resident bytes now, and the most there were. NaN where the system does not tell (it is Linux that does). */
  readonly resident: number
  readonly peak: number
}

export async function memoryOf(pid: number): Promise<ProcessMemory> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024
  return { resident: field('VmRSS'), peak: field('VmHWM') }
}
