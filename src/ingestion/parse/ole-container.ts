const SIGNATURE = Buffer.from('d0cf11e0a1b11ae1', 'hex')

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Streams by which the formats in a container are known, the first that is there; their names are UTF-16. */
const STREAMS = [
  ['EncryptedPackage', 'encrypted'],
  ['WordDocument', 'application/msword'],
  ['Workbook', 'application/vnd.ms-excel'],
  ['PowerPoint Document', 'application/vnd.ms-powerpoint'],
  ['__substg1.0_', 'application/vnd.ms-outlook'],
] as const

/**
 * What an OLE container holds: "encrypted" for an Office document behind a password, a MIME type for the formats
 * before 2007, "application/x-cfb" for others; null where the bytes are no such container.
 */
export function oleContent(bytes: Uint8Array): string | null {
  const buffer = bufferOf(bytes)
  if (!buffer.subarray(0, SIGNATURE.length).equals(SIGNATURE)) return null
  const known = STREAMS.find(([stream]) => buffer.includes(Buffer.from(stream, 'utf16le')))
  return known ? known[1] : 'application/x-cfb'
}
