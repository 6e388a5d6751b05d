/** A file that a caller sent. Its bytes lie outside of memory, and are there as long as the operation goes on. */
export interface UploadedFile {
  /** As the client named it, without folders; null where it named none. May hold any character. */
  readonly name: string | null
  /** As the client declared it, which browsers do by the name alone. */
  readonly mimeType: string | null
  /** Bytes that were sent, also where they were too many to be kept. */
  readonly size: number
  /** Of the bytes, lower-case hex. */
  readonly sha256: string
  /** More bytes than a file may have: they were not kept. */
  readonly tooLarge: boolean
  /**
   * All of it: read one file at a time.
   * @throws an AbortError after the end of the operation
   */
  read(): Promise<Buffer>
}

/** JSON holds no functions, so only the transport can have made what has one. */
export function isUploadedFile(value: unknown): value is UploadedFile {
  return typeof value === 'object' && value !== null && 'read' in value && typeof value.read === 'function'
}
