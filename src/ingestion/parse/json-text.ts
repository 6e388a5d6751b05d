import type { DocumentWriter } from './document-writer.ts'
import type { JsonVisitor } from './json-reader.ts'

/** UTF-16 units of a path; each line carries its own, and hostile nesting makes them long. */
const LONGEST_PATH = 120
/** UTF-16 units of array elements that stand on one line together. */
const SHORT = 40
const LONGEST_ROW = 200

export interface JsonTextOptions {
  /** The value is one record, and one block. */
  readonly isRecord?: boolean
  /** Lines carry the name next to them and not the whole path: the text is then hardly longer than the JSON. */
  readonly shortPaths?: boolean
}

interface Container {
  readonly isArray: boolean
  readonly path: string
  /** Elements so far. */
  count: number
  /** Of an object: the name that the next value belongs to. */
  name: string
}

function capped(path: string): string {
  return path.length <= LONGEST_PATH ? path : `…${path.slice(-LONGEST_PATH + 1)}`
}

/**
 * Writes JSON as lines that can be read and found: "path: value", with short elements of an array on one line. An
 * object in an array is a record: its lines are one block, their paths without its index. Elsewhere, each member of the
 * outermost object that is a container is a block.
 */
export class JsonText implements JsonVisitor {
  /** What the outermost object calls itself. */
  readonly names: { title?: string; name?: string } = {}
  readonly #writer: DocumentWriter
  readonly #open: Container[] = []
  readonly #shortPaths: boolean
  /** Of the one record: nothing is written of one that turns out broken. */
  readonly #lines: string[] | null
  #row: string[] = []
  #rowLength = 0
  /** How many containers were open when the record began, -1 where all is one; null outside of records. */
  #recordDepth: number | null

  constructor(writer: DocumentWriter, { isRecord = false, shortPaths = false }: JsonTextOptions = {}) {
    this.#writer = writer
    this.#shortPaths = shortPaths
    this.#lines = isRecord ? [] : null
    this.#recordDepth = isRecord ? -1 : null
  }

  beginObject(): void {
    this.#begin(false)
  }

  beginArray(): void {
    this.#begin(true)
  }

  endObject(): void {
    this.#end()
  }

  endArray(): void {
    this.#endRow()
    this.#end()
  }

  key(name: string): void {
    const container = this.#open.at(-1)
    if (container) container.name = name
  }

  /** An empty string says nothing, and is left out. */
  scalar(text: string, isString: boolean): void {
    if (text.trim() === '') return
    const container = this.#open.at(-1)
    if (container?.isArray && text.length <= SHORT && !text.includes('\n')) {
      container.count += 1
      this.#row.push(text)
      this.#rowLength += text.length + 2
      if (this.#rowLength >= LONGEST_ROW) this.#endRow()
      return
    }
    this.#endRow()
    if (this.#open.length === 1 && container && !container.isArray && isString) {
      if (container.name === 'title' || container.name === 'name') this.names[container.name] = text
    }
    this.#line(this.#pathOfNext(), text)
  }

  /** Ends the block. */
  flush(): void {
    for (const line of this.#lines ?? []) this.#writer.addLine(line)
    this.#writer.end({ kind: 'list' })
  }

  #begin(isArray: boolean): void {
    this.#endRow()
    const outer = this.#open.at(-1)
    const isRecord = !isArray && outer?.isArray && this.#recordDepth === null
    const path = isRecord ? outer.path : this.#pathOfNext()
    if (isRecord) this.#recordDepth = this.#open.length
    if (isRecord || this.#isSection()) this.flush()
    this.#open.push({ isArray, path: capped(path), count: 0, name: '' })
  }

  #end(): void {
    this.#open.pop()
    const isRecord = this.#recordDepth === this.#open.length
    if (isRecord) this.#recordDepth = null
    if (isRecord || this.#isSection()) this.flush()
  }

  /** Whether what begins or has ended is a member of the outermost object. */
  #isSection(): boolean {
    return this.#open.length <= 1 && this.#recordDepth === null
  }

  /** What the next value of the innermost container is called. */
  #pathOfNext(): string {
    const container = this.#open.at(-1)
    if (!container) return ''
    const { path, name, isArray } = container
    if (isArray) container.count += 1
    if (this.#shortPaths) return isArray ? '' : name
    if (isArray) return `${path}[${container.count - 1}]`
    return path ? `${path}.${name}` : name
  }

  #line(path: string, text: string): void {
    const line = path ? `${capped(path)}: ${text}` : text
    if (this.#lines) this.#lines.push(line)
    else this.#writer.addLine(line)
  }

  #endRow(): void {
    if (this.#row.length === 0) return
    this.#line(this.#open.at(-1)?.path ?? '', this.#row.join(', '))
    this.#row = []
    this.#rowLength = 0
  }
}
