import { randomBytes } from 'node:crypto'

let lastTime = 0
let counter = 0

/**
 * A time-ordered id (RFC 9562, version 7; the 12 bits after the version count within a millisecond,
 * its method 1): rows of one table come in the order they were made, and their primary key grows at
 * one end.
 */
export function uuidV7(): string {
  const now = Date.now()
  // A clock that was set back, or more than 4,096 ids in a millisecond: on from the last one.
  if (now > lastTime) {
    lastTime = now
    counter = 0
  } else if (++counter > 0xfff) {
    lastTime++
    counter = 0
  }
  return write(lastTime, counter)
}

/** One that comes after `other`, which a process with a faster clock may have made. */
export function uuidV7After(other: string): string {
  const next = uuidV7()
  if (next > other) return next
  const time = Number.parseInt(other.slice(0, 8) + other.slice(9, 13), 16)
  const count = Number.parseInt(other.slice(15, 18), 16) + 1
  return count > 0xfff ? write(time + 1, 0) : write(time, count)
}

function write(time: number, count: number): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(time, 0, 6)
  bytes.writeUInt16BE(0x7000 | count, 6)
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
