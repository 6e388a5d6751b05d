/** The same under denyNetwork, as child/main.ts has it. */
import { denyNetwork } from '../child/deny-network.ts'

denyNetwork()
await import('./hostile.ts')
