/** What one document may be. Told in the schema's descriptions; kept by accept, which rejects a document alone. */
export const documentLimits = {
  externalIdCharacters: 512,
  titleCharacters: 500,
  mimeTypeCharacters: 255,
  urlCharacters: 2_048,
  metadataBytes: 16 * 1024,
  metadataDepth: 8,
  /** UTF-8. */
  textBytes: 10 * 1024 * 1024,
  /** Of an uploaded file. */
  fileBytes: 64 * 1024 * 1024,
} as const
