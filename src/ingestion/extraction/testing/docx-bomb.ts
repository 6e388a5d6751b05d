import { bomb } from '../../parse/pdf.fixture.ts'

const STORED = 0
const DEFLATED = 8

interface Entry {
  readonly name: string
  readonly method: number
  readonly data: Uint8Array
  readonly size: number
}

/** A Word document whose text inflates to so many mebibytes of spaces. */
export function docxBomb(mebibytes: number): Uint8Array {
  const office = 'http://schemas.openxmlformats.org'
  const stored = (name: string, text: string): Entry => {
    const data = Buffer.from(text)
    return { name, method: STORED, data, size: data.length }
  }
  return zip([
    stored(
      '[Content_Types].xml',
      `<Types xmlns="${office}/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
    ),
    stored(
      '_rels/.rels',
      `<Relationships xmlns="${office}/package/2006/relationships"><Relationship Id="r1" Type="${office}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
    ),
    // A zip has raw deflate: without the head of zlib's format.
    {
      name: 'word/document.xml',
      method: DEFLATED,
      data: bomb(mebibytes).subarray(2),
      size: mebibytes * 2 ** 20,
    },
  ])
}

/** Checksums are 0: who inflates to compare them has inflated. */
function zip(entries: readonly Entry[]): Uint8Array {
  const locals: Buffer[] = []
  const centrals: Buffer[] = []
  let offset = 0
  for (const { name, method, data, size } of entries) {
    const path = Buffer.from(name)
    const header = Buffer.alloc(26)
    header.writeUInt16LE(20, 0)
    header.writeUInt16LE(method, 4)
    header.writeUInt32LE(data.length, 14)
    header.writeUInt32LE(size % 2 ** 32, 18)
    header.writeUInt16LE(path.length, 22)
    const place = Buffer.alloc(14)
    place.writeUInt32LE(offset, 10)
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), header, path, data])
    locals.push(local)
    centrals.push(Buffer.concat([Buffer.from('504b01021400', 'hex'), header, place, path]))
    offset += local.length
  }
  const central = Buffer.concat(centrals)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(central.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...locals, central, Buffer.from('504b0506', 'hex'), end])
}
