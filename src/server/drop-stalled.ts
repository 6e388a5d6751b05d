import type { Socket } from 'node:net'

/**
 * Calls `drop` when bytes have waited for the client for `ms` and it took none of them. TCP keepalive cannot
 * tell: the client is there and only does not read. Returns what ends the watch; it ends with the socket, too.
 */
export function dropStalled(socket: Socket, ms: number, drop: () => void): () => void {
  // bytesWritten counts what still waits in memory as written.
  const taken = () => socket.bytesWritten - socket.writableLength
  let before = taken()
  let since = performance.now()
  const timer = setInterval(() => {
    const now = taken()
    if (now !== before || socket.writableLength === 0) {
      before = now
      since = performance.now()
    } else if (performance.now() - since >= ms) {
      stop()
      drop()
    }
  }, ms / 4)
  timer.unref()
  const stop = () => {
    clearInterval(timer)
    socket.off('close', stop)
  }
  socket.once('close', stop)
  return stop
}
