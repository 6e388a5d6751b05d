import { createHash } from 'node:crypto'
import { realpath, unlink } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { platform } from 'node:process'

/** Two processes in one embedded database destroy it. */
export class FolderLockedError extends Error {
  constructor(directory: string) {
    super(
      `${directory} is in use by another Groundwire process. Stop it, set DATA_DIR to another folder, ` +
        'or set DATABASE_URL: a PostgreSQL server takes any number of processes.',
    )
    this.name = 'FolderLockedError'
  }
}

/**
 * Holds a folder until the process ends, however it ends: the lock is a listening socket, which the
 * kernel takes back, where a file with a process id would stay after a SIGKILL.
 * @throws FolderLockedError where another process holds it
 */
export async function lockFolder(directory: string): Promise<{ release(): Promise<void> }> {
  const held: Server[] = []
  const release = async () => {
    await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))))
  }
  for (const address of addressesOf(await realpath(directory))) {
    const server = (await listen(address)) ?? (await replaceStale(address))
    if (!server) {
      await release()
      throw new FolderLockedError(directory)
    }
    server.unref()
    held.push(server)
  }
  return { release }
}

/** What a socket's path may have at the most: 108 bytes on Linux, 104 on macOS, with the final zero. */
const longestPath = 103

/**
 * A socket in the folder is seen by every container that has it mounted. Linux' abstract names are seen in
 * one network namespace only, but leave nothing behind that could be stale, and are taken without a race.
 */
function addressesOf(folder: string): string[] {
  const id = createHash('sha256').update(folder).digest('hex').slice(0, 32)
  const inside = join(folder, 'lock')
  const path = Buffer.byteLength(inside) <= longestPath ? inside : join(tmpdir(), `groundwire-${id}.lock`)
  return platform === 'linux' ? [`\0groundwire-${id}`, path] : [path]
}

function listen(address: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(null) : reject(error),
    )
    server.listen(address, () => resolve(server))
  })
}

/** A socket's file outlives its process: it is stale where nobody accepts on it. */
async function replaceStale(address: string): Promise<Server | null> {
  if (address.startsWith('\0')) return null
  const alive = await new Promise<boolean>((resolve) => {
    const socket = connect(address, () => {
      socket.destroy()
      resolve(true)
    }).once('error', () => resolve(false))
  })
  if (alive) return null
  await unlink(address).catch(() => {})
  return listen(address)
}
