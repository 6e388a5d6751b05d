const OUT_OF_MEMORY = /allocat|invalid (?:typed )?array (?:buffer )?length|invalid string length/i

/** Whether an error's message is what V8 says where a buffer or string could not be had. */
export function saysOutOfMemory(message: string): boolean {
  return OUT_OF_MEMORY.test(message)
}
