import { setFlagsFromString } from 'node:v8'

/**
 * V8 takes its limits from the machine's memory and lets garbage pile up to them: on 24 GB a serving process rested at
 * 425 MB, 160 MB of which it used. So it collects sooner: the old generation by this flag, and the young one by
 * `--max-semi-space-size=16`, which V8 reads only when it starts: it stands on the command line (package.json,
 * bin/groundwire.mjs, Dockerfile). Without it the young generation alone grows to 134 MB. `--optimize-for-size` saves no
 * more and halves the throughput (docs/BENCHMARKS.md). Import this before anything else: what is loaded later is loaded
 * under it.
 */
setFlagsFromString('--heap-growing-percent=50')
