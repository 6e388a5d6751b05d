/** Where a command writes: a terminal, a pipe or a test. */
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }

/** What every command that talks to a server is given. */
export interface CliContext {
  /** Of the server or of its GraphQL endpoint. */
  readonly url: string
  readonly apiKey: string | undefined
  readonly stdout: Output
  readonly stderr: Output
  /** What relative paths start from. */
  readonly cwd: string
  readonly signal: AbortSignal
}
