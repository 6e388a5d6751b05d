import { setFlagsFromString } from 'node:v8'

/**
 * V8 takes its limits from the machine's memory and lets garbage pile up to them: on 24 GB a serving process
 * rested at 425 MB, 160 MB of which it used. So it collects sooner. Import this before anything else: what is
 * loaded later is loaded under it.
 */
setFlagsFromString('--optimize-for-size')
