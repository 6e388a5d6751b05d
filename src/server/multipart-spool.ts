import { createHash } from 'node:crypto'
import { lstat, mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ErrorCode } from '../errors.ts'
import type { UploadedFile } from '../ingestion/uploaded-file.ts'
import type { Part } from './multipart-parts.ts'
import { abortReason } from './operation.ts'
import { requestError } from './request-error.ts'

const prefix = 'groundwire-upload-'
/** Longer than any operation: what is older, a killed process has left. */
const leftoverMs = 3_600_000

/** Where uploads lie while their operation goes on: on the disk, one private folder for each request. */
export class UploadSpool {
  readonly #root: string
  readonly #sweeps: NodeJS.Timeout
  readonly #open = new Set<SpooledFiles>()
  #sweeping: Promise<void>

  /** @param root a folder that is there, such as the system's for temporary files */
  constructor(root: string) {
    this.#root = root
    this.#sweeping = sweep(root)
    this.#sweeps = setInterval(() => {
      this.#sweeping = sweep(root)
    }, leftoverMs).unref()
  }

  /** For the files of one request. Whoever opens it ends it. */
  open(): SpooledFiles {
    const files = new SpooledFiles(this.#root, () => this.#open.delete(files))
    this.#open.add(files)
    return files
  }

  /** Ends what is still open, and waits until it is gone from the disk. */
  async close(): Promise<void> {
    clearInterval(this.#sweeps)
    await Promise.all([this.#sweeping, ...[...this.#open].map((files) => files.end())])
  }
}

/** The files of one request. */
export class SpooledFiles {
  readonly #root: string
  readonly #onEnd: () => void
  #folder: Promise<string> | undefined
  #count = 0
  #storing: Promise<unknown> = Promise.resolve()
  #ended: Promise<void> | undefined

  constructor(root: string, onEnd: () => void) {
    this.#root = root
    this.#onEnd = onEnd
  }

  /**
   * Writes a part to the disk, at most `limit` bytes of it; of a longer one it keeps nothing, and drops the rest.
   * One at a time. @throws what the part's body fails with; a request error 503 where the disk is full
   */
  store(part: Part, limit: number): Promise<UploadedFile> {
    const stored = this.#store(part, limit)
    this.#storing = stored.catch(() => {})
    return stored
  }

  async #store({ fileName, mimeType, body }: Part, limit: number): Promise<UploadedFile> {
    try {
      this.#requireOpen()
      this.#folder ??= mkdtemp(join(this.#root, prefix))
      const path = join(await this.#folder, String(this.#count++))
      const { size, sha256 } = await write(path, body, limit)
      const read = async () => {
        this.#requireOpen()
        return readFile(path).catch((error: unknown) => {
          this.#requireOpen()
          throw error
        })
      }
      return new SpooledFile({ name: fileName, mimeType, size, sha256, tooLarge: size > limit }, read)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error
      const options = { code: ErrorCode.Unavailable, status: 503, details: { retryable: true } }
      throw requestError('The server has no room for uploads now', options)
    }
  }

  /** Deletes them. What still reads or stores fails with an AbortError. Never rejects; may be called again. */
  end(): Promise<void> {
    this.#ended ??= this.#end()
    return this.#ended
  }

  async #end(): Promise<void> {
    await this.#storing
    const folder = await this.#folder?.catch(() => undefined)
    // What cannot be deleted now, the next sweep tries again.
    if (folder) await rm(folder, { recursive: true, force: true }).catch(() => {})
    this.#onEnd()
  }

  #requireOpen(): void {
    if (this.#ended !== undefined) throw abortReason('The operation that the file belongs to has ended.')
  }
}

/** A class, so that no JSON can pass for it, and no message of GraphQL shows where it lies. */
class SpooledFile implements UploadedFile {
  readonly name: string | null
  readonly mimeType: string | null
  readonly size: number
  readonly sha256: string
  readonly tooLarge: boolean
  readonly #read: () => Promise<Buffer>

  constructor(file: Omit<UploadedFile, 'read'>, read: () => Promise<Buffer>) {
    this.name = file.name
    this.mimeType = file.mimeType
    this.size = file.size
    this.sha256 = file.sha256
    this.tooLarge = file.tooLarge
    this.#read = read
  }

  async read(): Promise<Buffer> {
    if (this.tooLarge) throw new Error('The bytes of a file that is too large were not kept')
    return this.#read()
  }
}

async function write(path: string, body: Part['body'], limit: number) {
  const hash = createHash('sha256')
  let size = 0
  await using handle = await open(path, 'wx', 0o600)
  for await (const chunk of body) {
    const before = size
    size += chunk.length
    hash.update(chunk)
    if (size <= limit) await handle.writeFile(chunk)
    else if (before <= limit) await handle.truncate()
  }
  return { size, sha256: hash.digest('hex') }
}

/** Removes what processes that were killed have left: folders of ours, by name, owner and age. */
async function sweep(root: string): Promise<void> {
  const names = await readdir(root).catch(() => [])
  for (const name of names.filter((each) => each.startsWith(prefix))) {
    const path = join(root, name)
    const info = await lstat(path).catch(() => null)
    if (!info?.isDirectory() || info.uid !== (process.getuid?.() ?? info.uid)) continue
    if (Date.now() - info.mtimeMs < leftoverMs) continue
    await rm(path, { recursive: true, force: true }).catch(() => {})
  }
}
