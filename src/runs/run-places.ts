/** Room for one run that is being started. */
export interface RunPlace extends Disposable {
  /** Takes it, once. @throws AppError where there is none */
  take(): void
}

export interface RunPlaces {
  /** Disposing gives a place back: the run was not started, or is counted among the active ones by now. */
  open(): RunPlace
}

/**
 * Counts the runs that are accepted but not yet at work, so that many that start at once do not all count on the same
 * room. `requireRoom` throws where there is no room for another beside that many.
 */
export function createRunPlaces(
  active: { readonly size: number },
  requireRoom: (pending: number) => void,
): RunPlaces {
  let starting = 0
  return {
    open() {
      let taken = false
      return {
        take() {
          if (taken) return
          requireRoom(active.size + starting)
          taken = true
          starting += 1
        },
        [Symbol.dispose]() {
          if (taken) starting -= 1
          taken = false
        },
      }
    },
  }
}
