const FIRST_BLOCK = 65_536
const LARGEST_BLOCK = 4_194_304

/**
 * Copies pieces into blocks. Keeping the pieces would let a server that sends single bytes take a hundred times the
 * content's size: each is an object, and holds the buffer that it was received in.
 */
export function createByteCollector(): {
  readonly length: number
  add(piece: Uint8Array): void
  join(): Buffer
} {
  const full: Buffer[] = []
  let block = Buffer.alloc(0)
  let used = 0
  let length = 0
  return {
    get length() {
      return length
    },
    add(piece) {
      length += piece.length
      for (let at = 0; at < piece.length; ) {
        if (used === block.length) {
          if (used > 0) full.push(block)
          const size = Math.min(LARGEST_BLOCK, Math.max(FIRST_BLOCK, block.length * 2))
          block = Buffer.allocUnsafeSlow(size)
          used = 0
        }
        const taken = Math.min(piece.length - at, block.length - used)
        block.set(piece.subarray(at, at + taken), used)
        used += taken
        at += taken
      }
    },
    join: () => Buffer.concat([...full, block.subarray(0, used)], length),
  }
}
