import { GroundwireError } from '../../clients/typescript/errors.ts'

const hints: Readonly<Record<string, string>> = {
  NETWORK: 'Is the server running? Start it with `groundwire serve`, or name another with --url.',
  UNREACHABLE: 'Is the server running? Start it with `groundwire serve`, or name another with --url.',
  UNAUTHENTICATED: 'Give an API key with --api-key or GROUNDWIRE_API_KEY.',
  FORBIDDEN: 'The API key lacks the scope for this; `groundwire keys list` shows what each may do.',
}

/** What to tell a person about a command that failed. */
export function errorMessage(error: unknown): string {
  if (!(error instanceof GroundwireError)) return error instanceof Error ? error.message : String(error)
  const hint = hints[error.code]
  return `${error.code}: ${error.message}${hint ? `\n${hint}` : ''}`
}
