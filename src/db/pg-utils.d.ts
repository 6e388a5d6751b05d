declare module 'pg/lib/utils.js' {
  const utils: {
    /** What pg sends for a parameter: text, bytes or null. */
    prepareValue(value: unknown): string | Buffer | null
  }
  export default utils
}
