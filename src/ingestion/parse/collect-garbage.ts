/**
 * Gives back what nothing holds any more, where the process has a `gc` (a parser process does, parser-command.ts). V8
 * looks at the bytes of buffers and large strings late: a document of 60 MB would take 200 MB more.
 */
export function collectGarbage(): void {
  if (!globalThis.gc) return
  // The last text that any expression was tried on is held for RegExp.$_: it may be a whole document.
  ANY.test('')
  globalThis.gc()
}

const ANY = /^/
