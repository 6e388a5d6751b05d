const mark = Buffer.from([0xef, 0xbb, 0xbf])

/**
 * A text that a server says the encoding of, in UTF-8 under a byte order mark: that tells every parser more surely than
 * what the text says of itself, which is of its old encoding. Other content, an encoding that is unknown and one that
 * needs no telling leave the bytes as they are.
 */
export function withCharset(bytes: Buffer, mimeType: string | null, charset: string | null): Buffer {
  if (charset === null || !isText(mimeType)) return bytes
  const decoder = decoderOf(charset)
  if (!decoder || decoder.encoding === 'utf-8') return bytes
  return Buffer.concat([mark, Buffer.from(decoder.decode(bytes), 'utf8')])
}

function isText(mimeType: string | null): boolean {
  return /^text\/|[/+](?:json|xml|csv|x-ndjson)$/.test(mimeType ?? '')
}

function decoderOf(label: string): TextDecoder | null {
  try {
    return new TextDecoder(label)
  } catch {
    return null
  }
}
