import { writeFile } from 'node:fs/promises'
import { schema } from './index.ts'
import { printContract } from './print-contract.ts'

// npm run schema:print: what clients and tools are generated from. A test keeps it current.
await writeFile(new URL('../../schema.graphql', import.meta.url), printContract(schema))
