import { once } from 'node:events'
import type pg from 'pg'

/** What pg's connection has for COPY: its client has no method for it, but hands it to what is submitted. */
interface CopyConnection {
  readonly stream: NodeJS.WritableStream & { readonly writableNeedDrain: boolean }
  query(text: string): void
  sendCopyFromChunk(chunk: Buffer): void
  sendCopyFail(message: string): void
  endCopyFrom(): void
}

/** A COPY whose data are made while it runs: no more of them are in memory than the socket has not taken yet. */
class CopyStream implements pg.Submittable {
  readonly #statement: string
  readonly #chunks: Iterable<Buffer> | AsyncIterable<Buffer>
  readonly #end = Promise.withResolvers<void>()
  #failed = false

  constructor(statement: string, chunks: Iterable<Buffer> | AsyncIterable<Buffer>) {
    this.#statement = statement
    this.#chunks = chunks
  }

  get ended(): Promise<void> {
    return this.#end.promise
  }

  submit(connection: object): void {
    ;(connection as CopyConnection).query(this.#statement)
  }

  handleCopyInResponse(connection: CopyConnection): void {
    this.#send(connection).catch((error: Error) => {
      connection.sendCopyFail(error.message)
      this.#end.reject(error)
    })
  }

  async #send(connection: CopyConnection): Promise<void> {
    for await (const chunk of this.#chunks) {
      if (this.#failed) return
      connection.sendCopyFromChunk(chunk)
      if (connection.stream.writableNeedDrain) await once(connection.stream, 'drain')
    }
    connection.endCopyFrom()
  }

  handleError(error: Error): void {
    this.#failed = true
    this.#end.reject(error)
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#end.resolve()
  }
}

/** @param into the table with its columns and, where it is not text, the format */
export async function copyStream(
  client: pg.Client,
  into: string,
  chunks: Iterable<Buffer> | AsyncIterable<Buffer>,
): Promise<void> {
  const [table, format = ''] = into.split(' WITH ', 2)
  await client.query(new CopyStream(`COPY ${table} FROM STDIN${format && ` WITH ${format}`}`, chunks)).ended
}
