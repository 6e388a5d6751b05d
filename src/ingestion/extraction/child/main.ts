/** The entry of a parser process (parser-process.ts). */
import { denyNetwork } from './deny-network.ts'

// Before anything that reads documents is loaded.
denyNetwork()
const { serve } = await import('./serve.ts')
const { parseToChunk } = await import('../parse-and-chunk.ts')
await serve(parseToChunk)
