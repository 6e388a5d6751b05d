import { sessionSettings } from '../../src/db/session-settings.ts'

/** The settings of Groundwire's own sessions, as `options` of a connection takes them. */
export const sessionOptions = Object.entries(sessionSettings)
  .map(([name, value]) => `-c ${name}=${value}`)
  .join(' ')
