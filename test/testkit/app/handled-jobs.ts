import { expect } from 'vitest'

/** Resolves when a process has ended so many attempts at jobs of a queue since it started, whatever their outcome. */
export async function handledJobs(
  { origin }: { origin: string },
  queue: string,
  count: number,
): Promise<void> {
  await expect.poll(() => countJobs(origin, queue), { timeout: 60_000 }).toBeGreaterThanOrEqual(count)
}

export async function countJobs(origin: string, queue: string): Promise<number> {
  const metrics = await (await fetch(`${origin}/metrics`)).text()
  const samples = metrics
    .split('\n')
    .filter((line) => line.startsWith('groundwire_job_duration_seconds_count') && line.includes(`"${queue}"`))
  return samples.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
}
