import type pg from 'pg'

/** What pg's connection has for COPY: its client has no method for it, but hands it to what is submitted. */
interface CopyConnection {
  query(text: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
}

/** A COPY, as pg's client runs what has a `submit`: it calls one method for each message of the protocol. */
class Copy implements pg.Submittable {
  readonly received: Buffer[] = []
  readonly #statement: string
  readonly #sent: readonly Buffer[]
  readonly #end = Promise.withResolvers<void>()

  constructor(statement: string, sent: readonly Buffer[]) {
    this.#statement = statement
    this.#sent = sent
  }

  get ended(): Promise<void> {
    return this.#end.promise
  }

  submit(connection: object): void {
    ;(connection as CopyConnection).query(this.#statement)
  }

  handleCopyInResponse(connection: CopyConnection): void {
    for (const chunk of this.#sent) connection.sendCopyFromChunk(chunk)
    connection.endCopyFrom()
  }

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    this.received.push(Buffer.from(chunk))
  }

  handleError(error: Error): void {
    this.#end.reject(error)
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#end.resolve()
  }
}

/** All rows of a table in COPY's binary format, one buffer a row. */
export async function copyOut(client: pg.Client, table: string): Promise<Buffer[]> {
  const copy = client.query(new Copy(`COPY (SELECT * FROM ${table}) TO STDOUT (FORMAT binary)`, []))
  await copy.ended
  return copy.received
}

export async function copyIn(client: pg.Client, table: string, rows: readonly Buffer[]): Promise<void> {
  await client.query(new Copy(`COPY ${table} FROM STDIN (FORMAT binary)`, rows)).ended
}
