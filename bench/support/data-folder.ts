import { stat } from 'node:fs/promises'
import { basename } from 'node:path'

/** The data that checkouts share lies beside the repository; a path to any other folder does as well. */
export const sharedData = new URL('../../../shared/data/', import.meta.url).pathname

/** @throws where the folder is absent, with what to do */
export async function requireFolder(folder: string): Promise<string> {
  const info = await stat(folder).catch(() => null)
  if (info?.isDirectory()) return folder
  throw new Error(
    `The data folder ${basename(folder)} is not there. Benchmarks read ../shared/data beside the repository ` +
      'where no other folder is named.',
  )
}
