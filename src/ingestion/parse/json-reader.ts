/** Where and why a text is no JSON. */
export class JsonSyntaxError extends Error {
  /** UTF-16 units from the start of the text. */
  readonly at: number
  /** Whether the text only ends too early. */
  readonly isCutOff: boolean

  constructor(message: string, at: number, isCutOff: boolean) {
    super(message)
    this.name = 'JsonSyntaxError'
    this.at = at
    this.isCutOff = isCutOff
  }
}

export interface JsonVisitor {
  beginObject(): void
  endObject(): void
  beginArray(): void
  endArray(): void
  key(name: string): void
  /** A string decoded, anything else as it is written: no number is rounded. */
  scalar(text: string, isString: boolean): void
}

const SPACE = /[ \t\n\r]*/y
const LITERAL = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y

/**
 * Reads one JSON value (RFC 8259) that begins at `start`, and tells it to the visitor. Without recursion: the depth
 * costs memory only.
 *
 * @returns where the white space behind the value ends
 * @throws JsonSyntaxError
 */
export function readJson(text: string, start: number, visitor: JsonVisitor): number {
  const open: ('{' | '[')[] = []
  let at = start

  const skipSpace = (): void => {
    SPACE.lastIndex = at
    SPACE.test(text)
    at = SPACE.lastIndex
  }
  const fail = (expected: string): never => {
    throw new JsonSyntaxError(`${expected} is expected`, at, at >= text.length)
  }
  const string = (): string => {
    let end = at
    let backslashes = 0
    do {
      end = text.indexOf('"', end + 1)
      if (end < 0) {
        at = text.length
        return fail('The end of a string')
      }
      backslashes = 0
      while (text[end - 1 - backslashes] === '\\') backslashes += 1
    } while (backslashes % 2 === 1)
    const from = at
    at = end + 1
    try {
      return JSON.parse(text.slice(from, at)) as string
    } catch {
      at = from
      return fail('A string without control characters and unknown escapes')
    }
  }
  /** Reads what begins a value. @returns whether a container was opened that is not empty */
  const value = (): boolean => {
    const character = text[at]
    if (character === '"') {
      visitor.scalar(string(), true)
      return false
    }
    if (character === '{' || character === '[') {
      at += 1
      if (character === '{') visitor.beginObject()
      else visitor.beginArray()
      open.push(character)
      skipSpace()
      if (text[at] !== (character === '{' ? '}' : ']')) return true
      close()
      return false
    }
    LITERAL.lastIndex = at
    const literal = LITERAL.exec(text)?.[0]
    if (literal === undefined) {
      // "tru" at the end of a sample is not wrong yet.
      if (text.length - at < 40 && /^[\w.+-]*$/.test(text.slice(at))) at = text.length
      return fail('A value')
    }
    at += literal.length
    visitor.scalar(literal, false)
    return false
  }
  const close = (): void => {
    at += 1
    if (open.pop() === '{') visitor.endObject()
    else visitor.endArray()
  }
  const key = (): void => {
    if (text[at] !== '"') fail('A name in quotes')
    visitor.key(string())
    skipSpace()
    if (text[at] !== ':') fail('A colon')
    at += 1
    skipSpace()
  }

  skipSpace()
  let opened = value()
  while (open.length > 0) {
    if (!opened) {
      skipSpace()
      const isObject = open.at(-1) === '{'
      if (text[at] === (isObject ? '}' : ']')) {
        close()
        continue
      }
      if (text[at] !== ',') fail(isObject ? 'A comma or }' : 'A comma or ]')
      at += 1
      skipSpace()
    }
    if (open.at(-1) === '{') key()
    opened = value()
  }
  skipSpace()
  return at
}
