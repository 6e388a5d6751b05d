/**
 * Text that is changed while it streams. What feed() and end() return, joined, depends on the text alone and not on
 * where it was cut into pieces. What cannot be decided yet is held back, and never more than a bounded length.
 */
export interface StreamFilter {
  feed(text: string): string
  /** What was held back. Nothing may be fed after it. */
  end(): string
}

/** What becomes of the next `take` code units. */
export interface Step {
  readonly take: number
  readonly emit: string
}

/**
 * Decides about the text from `at` on: null where that needs more of it. A decision must be the same however much of
 * the text is there, and there must be one where it has `ended`.
 */
export type Decide = (text: string, at: number, ended: boolean) => Step | null

export function stepFilter(decide: Decide, rest: () => string = () => ''): StreamFilter {
  let held = ''
  const run = (ended: boolean): string => {
    let out = ''
    let at = 0
    while (at < held.length) {
      const step = decide(held, at, ended)
      if (step === null) break
      out += step.emit
      at += step.take
    }
    held = held.slice(at)
    return out
  }
  return {
    feed(text) {
      held += text
      return run(false)
    },
    end: () => run(true) + rest(),
  }
}

/** The text goes through each in turn. */
export function chained(filters: readonly StreamFilter[]): StreamFilter {
  return {
    feed: (text) => filters.reduce((rest, filter) => filter.feed(rest), text),
    end: () => filters.reduce((rest, filter) => filter.feed(rest) + filter.end(), ''),
  }
}
