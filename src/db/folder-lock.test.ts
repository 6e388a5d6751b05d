import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FolderLockedError, lockFolder } from './folder-lock.ts'

let root: string

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'groundwire-lock-'))
})
afterAll(() => rm(root, { recursive: true }))

async function folder(name: string): Promise<string> {
  const path = join(root, name)
  await mkdir(path)
  return path
}

/** A process that holds the lock. */
async function holder(path: string) {
  const script = `import { lockFolder } from ${JSON.stringify(new URL('./folder-lock.ts', import.meta.url).href)}
    await lockFolder(${JSON.stringify(path)}); console.log('locked'); setInterval(() => {}, 1000)`
  const child = spawn(execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

test.each(['short', 'a'.repeat(120)])('a folder has one holder at a time: %s', async (name) => {
  const path = await folder(name)
  const lock = await lockFolder(path)
  await expect(lockFolder(path)).rejects.toThrow(FolderLockedError)
  await expect(lockFolder(path)).rejects.toThrow('DATABASE_URL')
  await lock.release()
  await (await lockFolder(path)).release()
})

test('a folder is the same under another name', async () => {
  const path = await folder('target')
  const link = join(root, 'link')
  await symlink(path, link)
  const lock = await lockFolder(path)
  await expect(lockFolder(link)).rejects.toThrow(FolderLockedError)
  await lock.release()
})

test('a process that was killed holds nothing', async () => {
  const path = await folder('killed')
  const child = await holder(path)
  await expect(lockFolder(path)).rejects.toThrow(FolderLockedError)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await (await lockFolder(path)).release()
})
