import type { Transport } from './stream-order.ts'

/** As much of a chat event as the clients look at. */
export interface StreamEvent {
  readonly __typename: string
  readonly seq: number
  readonly runId: string
  readonly text?: string
  readonly reason?: string
  readonly failure?: { readonly code: string; readonly message: string }
}

export interface StreamListener {
  event(event: StreamEvent): void
  /** Once; with what went wrong, if anything. */
  end(failure: string | null): void
}

/** Carries one stream at a time. */
export interface StreamConnection {
  /** @param input as chatStream takes it; a direct one uses the question alone */
  start(input: object, listener: StreamListener): void
  cut(): void
}

export type Connect = (url: string) => Promise<StreamConnection>

export type Connectors = Readonly<Record<Transport, Connect>>
