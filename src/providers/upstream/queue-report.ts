/** What a server says of its queue. */
export interface Queue {
  readonly running: number
  readonly waiting: number
}

/** The series of servers that tell. Each has one of the two per engine and model; the sum is what the server does. */
const dialects: readonly { readonly running: string; readonly waiting: string }[] = [
  { running: 'vllm:num_requests_running', waiting: 'vllm:num_requests_waiting' },
  { running: 'sglang:num_running_reqs', waiting: 'sglang:num_queue_reqs' },
  { running: 'llamacpp:requests_processing', waiting: 'llamacpp:requests_deferred' },
  { running: 'tgi_batch_current_size', waiting: 'tgi_queue_size' },
]

/** Reads a page of metrics in Prometheus' text format. Null where it has none of the series. */
export function readQueueReport(page: string): Queue | null {
  const sums = new Map<string, number>()
  for (let at = 0; at < page.length; ) {
    const feed = page.indexOf('\n', at)
    const end = feed < 0 ? page.length : feed
    const name = seriesAt(page, at)
    if (name !== null) {
      const value = sampleOf(page.slice(at + name.length, end))
      if (value !== null) sums.set(name, (sums.get(name) ?? 0) + value)
    }
    at = end + 1
  }
  for (const { running, waiting } of dialects) {
    const runs = sums.get(running)
    const waits = sums.get(waiting)
    if (runs !== undefined || waits !== undefined) return { running: runs ?? 0, waiting: waits ?? 0 }
  }
  return null
}

const names = dialects.flatMap(({ running, waiting }) => [running, waiting])

function seriesAt(page: string, at: number): string | null {
  // The name itself, not one that begins with it.
  return (
    names.find(
      (name) => page.startsWith(name, at) && '{ \t'.includes(page.charAt(at + name.length) || 'x'),
    ) ?? null
  )
}

/** Of `{labels} value timestamp`; a label's value can hold anything but an unescaped quote. */
function sampleOf(rest: string): number | null {
  const text =
    rest
      .slice(rest.lastIndexOf('}') + 1)
      .trim()
      .split(/[ \t]/, 1)[0] ?? ''
  const value = text === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) && value >= 0 ? value : null
}
