import { spawnSync } from 'node:child_process'
import type { ExtractionLimits } from './extraction-limits.ts'

/** A command line, the program first. */
export type Command = readonly [program: string, ...args: string[]]

const MiB = 1024 * 1024
/** What Node has of private memory before it runs anything: reserved for code, stacks and V8's threads. */
const RUNTIME_BYTES = 640 * MiB

/** No network but an empty one; killed with its parent; no capability, and none by what it could execute. */
const NO_NETWORK = ['unshare', '--net', '--map-root-user', '--']
const DIES_WITH_PARENT = ['setpriv', '--pdeathsig', 'KILL', '--no-new-privs']
const NO_CAPABILITIES = ['--bounding-set', '-all', '--inh-caps', '-all']

/** From the strictest to none. A container mostly forbids the first, which makes a user namespace. */
const WRAPPERS: readonly (readonly string[])[] = [
  [...NO_NETWORK, ...DIES_WITH_PARENT, ...NO_CAPABILITIES, '--'],
  [...NO_NETWORK],
  [...DIES_WITH_PARENT, ...NO_CAPABILITIES, '--'],
  [...DIES_WITH_PARENT, '--'],
  [],
]

export interface Confinement {
  /** What the child is started by; empty where the kernel or the system has no such thing. */
  readonly wrapper: readonly string[]
  /** Whether the kernel keeps the child from the network, not only the child's own code. */
  readonly networkNamespace: boolean
}

let probed: Confinement | undefined

/** What this machine allows. Tried out once, in some milliseconds. */
export function confinement(): Confinement {
  probed ??= probe()
  return probed
}

function probe(): Confinement {
  const works = ([program, ...args]: readonly string[]) =>
    program === undefined || spawnSync(program, [...args, 'true'], { stdio: 'ignore', env: {} }).status === 0
  const wrapper = process.platform === 'linux' ? (WRAPPERS.find(works) ?? []) : []
  return { wrapper, networkNamespace: wrapper[0] === 'unshare' }
}

/**
 * A command under the limits that the kernel keeps. Each is set on its own, so that one which a system lacks does not
 * take the others with it. Memory is the data segment, which on Linux is all private memory; processor time is twice a
 * document's, since a child reads several, and is here for the case that its parent is dead.
 */
export function limitedCommand(command: Command, limits: ExtractionLimits): Command {
  if (process.platform === 'win32') return command
  const dataKiB = Math.ceil((limits.memoryBytes + RUNTIME_BYTES) / 1024)
  const settings = ['-c 0', '-f 0', '-n 64', `-d ${dataKiB}`, `-S -t ${Math.ceil(limits.cpuSeconds * 2)}`]
  const script = settings.map((setting) => `ulimit ${setting} 2>/dev/null; `).join('')
  return [
    '/bin/sh',
    '-c',
    `${script}unset PWD OLDPWD; exec "$@"`,
    'sh',
    'nice',
    '-n',
    // A third of a busy core. At 10 it is a tenth, and a large document would run into the limit of wall time.
    '5',
    ...confinement().wrapper,
    ...command,
  ]
}
