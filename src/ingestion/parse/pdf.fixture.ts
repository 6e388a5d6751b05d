import { deflateSync } from 'node:zlib'

/** An object of a PDF: its text, or a stream with the entries of its dictionary. */
export type PdfObject = string | { readonly entries: string; readonly data: Uint8Array }

export interface PdfSpec {
  /** Content streams, one a page. */
  readonly pages: readonly (string | Uint8Array)[]
  /** Entries of each page's dictionary, such as /Rotate. */
  readonly page?: string
  /** Entries of the catalogue. */
  readonly catalog?: string
  readonly info?: string
  /** By number, from 100 up, or in the place of those that are made. */
  readonly objects?: Readonly<Record<number, PdfObject>>
  /** Entries of the content streams. */
  readonly content?: string
}

/** A small PDF with Courier as /F1, each character 0.6 of the size wide, on pages of 612 × 792 points. */
export function makePdf({
  pages,
  page = '',
  catalog = '',
  info,
  objects = {},
  content = '',
}: PdfSpec): Uint8Array {
  const kids = pages.map((_, index) => `${10 + 2 * index} 0 R`).join(' ')
  const all = new Map<number, PdfObject>([
    [1, `<< /Type /Catalog /Pages 2 0 R ${catalog} >>`],
    [2, `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} /MediaBox [0 0 612 792] >>`],
    [3, '<< /Font << /F1 4 0 R >> /XObject << /X1 100 0 R >> >>'],
    [4, '<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>'],
    [5, `<< ${info ?? ''} >>`],
  ])
  for (const [index, stream] of pages.entries()) {
    const number = 10 + 2 * index
    all.set(number, `<< /Type /Page /Parent 2 0 R /Resources 3 0 R /Contents ${number + 1} 0 R ${page} >>`)
    all.set(number + 1, { entries: content, data: Buffer.from(stream) })
  }
  for (const [number, object] of Object.entries(objects)) all.set(Number(number), object)
  return written(all)
}

function written(objects: ReadonlyMap<number, PdfObject>): Uint8Array {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')]
  const offsets = new Map<number, number>()
  let at = parts[0]?.length ?? 0
  const add = (text: string | Uint8Array) => {
    const bytes = Buffer.from(text)
    parts.push(bytes)
    at += bytes.length
  }
  for (const [number, object] of objects) {
    offsets.set(number, at)
    add(`${number} 0 obj\n`)
    if (typeof object === 'string') add(object)
    else {
      add(`<< ${object.entries} /Length ${object.data.length} >>\nstream\n`)
      add(object.data)
      add('\nendstream')
    }
    add('\nendobj\n')
  }
  const table = at
  const lines = [...offsets].map(
    ([number, offset]) => `${number} 1\n${String(offset).padStart(10, '0')} 00000 n \n`,
  )
  add(`xref\n0 1\n0000000000 65535 f \n${lines.join('')}`)
  add(`trailer\n<< /Size 1000 /Root 1 0 R /Info 5 0 R >>\nstartxref\n${table}\n%%EOF\n`)
  return new Uint8Array(Buffer.concat(parts))
}

/** A line of text at a place in points, from the page's lower left corner. */
export function line(x: number, y: number, text: string, size = 10): string {
  return `BT /F1 ${size} Tf 1 0 0 1 ${x} ${y} Tm (${text.replace(/[()\\]/g, '\\$&')}) Tj ET\n`
}

/** Lines under each other from a place on, 12 points apart. */
export function lines(x: number, y: number, texts: readonly string[], size = 10): string {
  return texts.map((text, index) => line(x, y - index * 12, text, size)).join('')
}

/** A stream in zlib's format that inflates to so many mebibytes of spaces, made without holding them. */
export function bomb(mebibytes: number): Uint8Array {
  const piece = deflateSync(Buffer.alloc(2 ** 20, ' '), { finishFlush: 2 })
  // 2 is Z_SYNC_FLUSH: the piece ends at a byte, and has no end of its stream. The first two bytes are zlib's head.
  const body = Buffer.alloc(piece.length - 2, piece.subarray(2))
  return Buffer.concat([
    piece.subarray(0, 2),
    ...Array.from({ length: mebibytes }, () => body),
    Buffer.from([3, 0]),
  ])
}
