import cliProgress from 'cli-progress'
import type { Terminal } from './terminal.ts'

export interface Progress extends Disposable {
  /** `detail` changes too often for a line of its own. */
  update(done: number, doing: string, detail?: string): void
}

/** A bar on a terminal, and a line per tenth elsewhere, so that logs stay readable. */
export function startProgress(terminal: Terminal, total: number, indent = ''): Progress {
  return terminal.interactive ? bar(terminal, total, indent) : lines(terminal, total, indent)
}

function bar({ output, columns, style }: Terminal, total: number, indent: string): Progress {
  const bar = new cliProgress.SingleBar({
    stream: output,
    format: `${indent}${style('cyan', '{bar}')} {value}/{total} {doing}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: Math.min(40, columns - 40),
    hideCursor: true,
    // The program handles signals itself, and disposes of this.
    gracefulExit: false,
  })
  bar.start(total, 0, { doing: '' })
  return {
    update: (done, doing, detail = '') => bar.update(done, { doing: doing + detail }),
    [Symbol.dispose]: () => bar.stop(),
  }
}

function lines(terminal: Terminal, total: number, indent: string): Progress {
  let shown = ''
  return {
    update(done, doing, detail = '') {
      const tenth = `${doing} ${Math.floor((done * 10) / Math.max(1, total))}`
      if (tenth === shown) return
      shown = tenth
      terminal.line(`${indent}${done}/${total} ${doing}${detail}`)
    },
    [Symbol.dispose]: () => {},
  }
}
