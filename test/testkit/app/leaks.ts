import { afterAll, expect, vi } from 'vitest'
import { patience } from '../patience.ts'

/** What a file may not leave behind: connections, listening ports, processes. */
const kinds: ReadonlySet<string> = new Set([
  'TCPSocketWrap',
  'TCPServerWrap',
  'PipeServerWrap',
  'ProcessWrap',
])

const open = () =>
  process
    .getActiveResourcesInfo()
    .filter((kind) => kinds.has(kind))
    .sort()
const before = open()

// Registered before the file's own hooks, so it runs after them.
afterAll(() => vi.waitFor(() => expect(open()).toEqual(before), patience))
