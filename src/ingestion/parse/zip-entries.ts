import { inflateRawSync } from 'node:zlib'

const END_SIGNATURE = Buffer.from('504b0506', 'hex')
const ENTRY_SIGNATURE = 0x02014b50
const END_LENGTH = 22
const ENTRY_LENGTH = 46
const LOCAL_LENGTH = 30
const LONGEST_COMMENT = 65_535
/** More are not looked at: what tells a format stands among the first. */
const MOST_ENTRIES = 1_000
const STORED = 0

/** A file in an archive, as the archive's directory tells it: none of it need be true. */
export interface ZipEntry {
  readonly name: string
  readonly method: number
  readonly packedSize: number
  readonly size: number
  /** Of its local header. */
  readonly offset: number
}

/**
 * The first 1,000 entries in a zip archive's central directory (PKWARE APPNOTE 4.3.12 and 4.3.16). None for bytes
 * that are no archive, or one without its end.
 */
export function zipEntries(bytes: Uint8Array): ZipEntry[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = buffer.lastIndexOf(END_SIGNATURE)
  if (end < 0 || end < buffer.length - END_LENGTH - LONGEST_COMMENT || end + END_LENGTH > buffer.length)
    return []
  const entries: ZipEntry[] = []
  let at = buffer.readUInt32LE(end + 16)
  while (entries.length < MOST_ENTRIES && at + ENTRY_LENGTH <= end) {
    if (buffer.readUInt32LE(at) !== ENTRY_SIGNATURE) break
    const nameLength = buffer.readUInt16LE(at + 28)
    const name = at + ENTRY_LENGTH
    entries.push({
      name: buffer.toString('latin1', name, name + nameLength),
      method: buffer.readUInt16LE(at + 10),
      packedSize: buffer.readUInt32LE(at + 20),
      size: buffer.readUInt32LE(at + 24),
      offset: buffer.readUInt32LE(at + 42),
    })
    at = name + nameLength + buffer.readUInt16LE(at + 30) + buffer.readUInt16LE(at + 32)
  }
  return entries
}

/** The bytes of an entry. @throws Error where they are damaged, or more than its size */
export function readZipEntry(bytes: Uint8Array, { method, packedSize, size, offset }: ZipEntry): Buffer {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const from = offset + LOCAL_LENGTH + buffer.readUInt16LE(offset + 26) + buffer.readUInt16LE(offset + 28)
  const packed = buffer.subarray(from, from + packedSize)
  return method === STORED ? packed : inflateRawSync(packed, { maxOutputLength: Math.max(1, size) })
}
