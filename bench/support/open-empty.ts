/**
 * The floor of the first answer: this process alone, which makes an empty embedded database in the folder
 * that is its argument. With `migrate` after it, it brings the database to this version's schema, too.
 */
import { migrate } from '../../src/db/migrate.ts'
import { openEmbedded } from '../../src/db/open-embedded.ts'
import { createLogger } from '../../src/telemetry/logger.ts'

const [directory = '', also] = process.argv.slice(2)
const database = await openEmbedded(directory, createLogger('warn'))
if (also === 'migrate') await migrate(database, async () => {})
process.stdout.write('ready\n')
await database.close()
