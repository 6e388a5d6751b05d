import pg from 'pg'
import utils from 'pg/lib/utils.js'

/** The part of pg's connection that a query writes to; its client hands it to whatever has a `submit`. */
interface Wire {
  readonly stream: { cork?(): void; uncork?(): void }
  readonly parsedStatements: Record<string, string>
  readonly submittedNamedStatements: Record<string, string>
  parse(message: { name: string; text: string }): void
  bind(message: { statement: string; values: readonly unknown[] }): void
  describe(message: { type: 'P' }): void
  execute(message: object): void
  sync(): void
  close(message: { type: 'S'; name: string }): void
}

interface Column {
  readonly name: string
  readonly parse: (text: string) => unknown
}

interface FieldDescription {
  readonly name: string
  readonly dataTypeID: number
}

export interface PreparedResult<R> {
  readonly rows: R[]
  /** Those that were returned or changed. */
  readonly rowCount: number
}

type Done<R> = (error: Error | null | undefined, result?: PreparedResult<R>) => void

/** What a connection's prepared statements return, by their names. It holds as long as their plans do. */
const described = new WeakMap<Wire, Map<string, readonly Column[]>>()

/**
 * A named statement as pg sends it, but for its description, which is asked for once a connection and not with each
 * call: describing and reading thirteen columns anew was a tenth of what a retrieval cost this process.
 */
export class PreparedQuery<R> implements pg.Submittable, PreparedResult<R> {
  readonly name: string
  readonly text: string
  readonly values: unknown[]
  readonly rows: R[] = []
  /** Set by pg's pool; without one, `done` tells. */
  callback: Done<R> | undefined
  #columns: readonly Column[] | null = null
  #wire: Wire | undefined
  #tag = ''
  #unreadable: Error | null = null

  constructor(name: string, text: string, values: unknown[]) {
    this.name = name
    this.text = text
    this.values = values
  }

  /** Of a query that was given to a client and not to a pool. */
  done(): Promise<PreparedResult<R>> {
    return new Promise((resolve, reject) => {
      this.callback = (error, result) => (error ? reject(error) : resolve(result ?? this))
    })
  }

  get rowCount(): number {
    return Number(/\d+$/.exec(this.#tag)?.[0] ?? 0)
  }

  /** @returns what pg's client passes to handleError: nothing was sent */
  submit(connection: object): Error | null {
    const wire = connection as Wire
    const { name, text } = this
    let values: readonly unknown[]
    try {
      values = this.values.map((value) => utils.prepareValue(value))
    } catch (error) {
      return error as Error
    }
    const parsed = wire.parsedStatements[name] ?? wire.submittedNamedStatements[name]
    if (parsed !== undefined && parsed !== text) return new Error(`Two statements have the name ${name}`)
    const isParsed = parsed !== undefined
    this.#wire = wire
    this.#columns = (isParsed && described.get(wire)?.get(name)) || null
    wire.stream.cork?.()
    try {
      if (!isParsed) {
        wire.parse({ name, text })
        wire.submittedNamedStatements[name] = text
      }
      wire.bind({ statement: name, values })
      if (!this.#columns) wire.describe({ type: 'P' })
      wire.execute({})
      wire.sync()
    } finally {
      wire.stream.uncork?.()
    }
    return null
  }

  handleRowDescription({ fields }: { fields: readonly FieldDescription[] }): void {
    this.#describe(
      fields.map(({ name, dataTypeID }) => ({ name, parse: pg.types.getTypeParser(dataTypeID, 'text') })),
    )
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    const columns = this.#columns ?? []
    const row: Record<string, unknown> = {}
    try {
      for (let index = 0; index < columns.length; index++) {
        const column = columns[index] as Column
        const text = fields[index] ?? null
        row[column.name] = text === null ? null : column.parse(text)
      }
      this.rows.push(row as R)
    } catch (error) {
      this.#unreadable ??= error as Error
    }
  }

  handleCommandComplete({ text }: { text: string }): void {
    this.#tag = text
    // Described, and no rows: the answer to that was "no data".
    if (!this.#columns) this.#describe([])
  }

  handleReadyForQuery(): void {
    if (this.#unreadable) this.callback?.(this.#unreadable)
    else this.callback?.(null, this)
  }

  handleError(error: Error): void {
    const { callback } = this
    if (isOutdated(error)) this.#forget()
    // PostgreSQL is ready again after an error, too.
    this.callback = undefined
    callback?.(error)
  }

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}

  /** The connection prepares it anew with the next call. */
  #forget(): void {
    const wire = this.#wire
    if (!wire) return
    delete wire.parsedStatements[this.name]
    described.get(wire)?.delete(this.name)
    wire.close({ type: 'S', name: this.name })
  }

  #describe(columns: readonly Column[]): void {
    this.#columns = columns
    if (!this.#wire) return
    const known = described.get(this.#wire) ?? new Map<string, readonly Column[]>()
    described.set(this.#wire, known.set(this.name, columns))
  }
}

/**
 * "Cached plan must not change result type": a newer version has migrated the schema under this process. Its code is
 * that of statements that PostgreSQL does not support, too.
 */
export function isOutdated(error: unknown): boolean {
  const { code, routine } = error as { code?: unknown; routine?: unknown }
  return code === '0A000' && routine === 'RevalidateCachedQuery'
}
