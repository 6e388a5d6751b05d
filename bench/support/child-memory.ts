import { readFileSync } from 'node:fs'

export interface ChildrenWatch extends Disposable {
  /** Resident bytes of the largest child that was seen; NaN where the system does not tell (it is Linux that does). */
  peak(): number
}

/** Looks at this process's children many times a second: of one that has ended, nothing can be asked. */
export function watchChildren(): ChildrenWatch {
  let peak = Number.NaN
  const look = () => {
    for (const pid of children()) {
      const status = read(`/proc/${pid}/status`)
      const bytes = Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) * 1024
      if (!(bytes <= peak)) peak = Number.isNaN(bytes) ? peak : bytes
    }
  }
  const timer = setInterval(look, 5)
  return { peak: () => peak, [Symbol.dispose]: () => clearInterval(timer) }
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
