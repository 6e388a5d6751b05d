import { styleText } from 'node:util'
import type { Output } from './context.ts'

type Format = Parameters<typeof styleText>[0]

export interface Terminal {
  readonly output: Output
  readonly interactive: boolean
  /** Width to lay out for: readable, and the same everywhere where there is no terminal. */
  readonly columns: number
  write(text: string): void
  line(text?: string): void
  /** Styled on a terminal that shows styles; Node honours NO_COLOR here. */
  style(format: Format, text: string): string
}

export function terminal(output: Output): Terminal {
  return {
    output,
    interactive: output.isTTY === true,
    columns: Math.max(40, Math.min(output.columns ?? 80, 100)),
    write: (text) => void output.write(text),
    line: (text = '') => void output.write(`${text}\n`),
    style: (format, text) =>
      output.isTTY ? styleText(format, text, { stream: output, validateStream: true }) : text,
  }
}
