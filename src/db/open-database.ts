import type { DatabaseConfig } from '../config.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Database } from './database.ts'
import { openEmbedded } from './open-embedded.ts'
import { openServer } from './open-server.ts'

export function openDatabase(config: DatabaseConfig, logger: Logger): Promise<Database> {
  return config.kind === 'embedded'
    ? openEmbedded(config.directory, logger)
    : openServer({ url: config.url }, logger)
}
