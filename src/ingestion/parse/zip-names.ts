const END_SIGNATURE = Buffer.from('504b0506', 'hex')
const ENTRY_SIGNATURE = 0x02014b50
const END_LENGTH = 22
const ENTRY_LENGTH = 46
const LONGEST_COMMENT = 65_535
/** More are not looked at: what tells a format stands among the first. */
const MOST_NAMES = 1_000

/**
 * The names in a zip archive's central directory (PKWARE APPNOTE 4.3.12 and 4.3.16), the first 1,000. Empty for bytes
 * that are no archive, or one without its end.
 */
export function zipNames(bytes: Uint8Array): string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = buffer.lastIndexOf(END_SIGNATURE)
  if (end < 0 || end < buffer.length - END_LENGTH - LONGEST_COMMENT || end + END_LENGTH > buffer.length)
    return []
  const names: string[] = []
  let at = buffer.readUInt32LE(end + 16)
  while (names.length < MOST_NAMES && at + ENTRY_LENGTH <= end) {
    if (buffer.readUInt32LE(at) !== ENTRY_SIGNATURE) break
    const nameLength = buffer.readUInt16LE(at + 28)
    const name = at + ENTRY_LENGTH
    names.push(buffer.toString('latin1', name, name + nameLength))
    at = name + nameLength + buffer.readUInt16LE(at + 30) + buffer.readUInt16LE(at + 32)
  }
  return names
}
