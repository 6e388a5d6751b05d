/** Resident bytes below which it is not worth the ten milliseconds. */
const MANY = 192 * 1024 * 1024

const ANY = /^/

/**
 * Gives back what nothing holds any more, where the process has a `gc` (a parser process does, parser-command.ts) and
 * has grown. V8 looks at the bytes of buffers and large strings late: a document of 60 MB would take 200 MB more.
 */
export function collectGarbage(): void {
  if (!globalThis.gc || process.memoryUsage.rss() < MANY) return
  // The last text that any expression was tried on is held for RegExp.$_: it may be a whole document.
  ANY.test('')
  globalThis.gc()
}
