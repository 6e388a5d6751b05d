/** A file on the disk of a Node process. It is read while it is sent, and never held as a whole. */
export interface LocalFile {
  readonly path: string
  /** MIME type. @default none: the server looks */
  readonly type?: string | undefined
}

export function isLocalFile(file: Blob | LocalFile): file is LocalFile {
  return !(file instanceof Blob)
}

/** Of what will be sent; 0 where it cannot be told. */
export async function fileSize(file: Blob | LocalFile): Promise<number> {
  if (!isLocalFile(file)) return file.size
  const info = await node()
    .fs.promises.stat(file.path)
    .catch(() => null)
  return info?.size ?? 0
}

/**
 * Opens it for one request.
 * @param buffered reads it here and now: for a file that changes while it is sent
 * @throws what the file system says
 */
export async function openLocalFile({ path, type = '' }: LocalFile, buffered: boolean): Promise<File> {
  const { fs, path: paths } = node()
  const name = paths.basename(path)
  // Told here, by name and code: openAsBlob takes folders, and what cannot be read shows when it is sent.
  if (!(await fs.promises.stat(path)).isFile()) throw new Error('not a file')
  if (buffered) return new File([await fs.promises.readFile(path)], name, { type })
  await (await fs.promises.open(path)).close()
  return new File([await fs.openAsBlob(path)], name, { type })
}

/** No imports: this module goes to browsers, too, and bundlers would look for them. */
function node() {
  const load = globalThis.process?.getBuiltinModule
  if (!load) throw new Error('A path names a file of Node; give a Blob here')
  return { fs: load('node:fs'), path: load('node:path') }
}
