import { crc32 } from 'node:zlib'

interface Entry {
  readonly local: Buffer
  readonly central: (offset: number) => Buffer
}

function entry(name: string, content: string): Entry {
  const path = Buffer.from(name)
  const data = Buffer.from(content)
  const header = Buffer.alloc(26)
  header.writeUInt16LE(20, 0)
  header.writeUInt32LE(crc32(data), 10)
  header.writeUInt32LE(data.length, 14)
  header.writeUInt32LE(data.length, 18)
  header.writeUInt16LE(path.length, 22)
  return {
    local: Buffer.concat([Buffer.from('504b0304', 'hex'), header, path, data]),
    central: (offset) => {
      const rest = Buffer.alloc(14)
      rest.writeUInt32LE(offset, 10)
      return Buffer.concat([Buffer.from('504b01021400', 'hex'), header, rest, path])
    },
  }
}

/** A zip archive of stored files, by name. */
export function zip(files: Readonly<Record<string, string>>): Uint8Array {
  const entries = Object.entries(files).map(([name, content]) => entry(name, content))
  const central: Buffer[] = []
  let offset = 0
  for (const { local, central: record } of entries) {
    central.push(record(offset))
    offset += local.length
  }
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(Buffer.concat(central).length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([
    ...entries.map(({ local }) => local),
    ...central,
    Buffer.from('504b0506', 'hex'),
    end,
  ])
}
