import type { GraphQLSchema } from 'graphql'
import { documentLimits } from '../ingestion/document-limits.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'

export interface Readiness {
  readonly ready: boolean
  readonly checks: Readonly<Record<string, boolean>>
}

export interface Page {
  readonly contentType: string
  readonly body: string | Uint8Array
  /** @default scripts, styles and connections of this origin only */
  readonly contentSecurityPolicy?: string
}

/** `Caller`: who a request is made as. `App`: what resolvers get as their context. */
export interface ServerOptions<Caller, App extends object> {
  /** Null for a process that answers no operations, only health and metrics. */
  readonly schema: GraphQLSchema | null
  readonly host: string
  /** 0 takes any free port; the server's url tells which. */
  readonly port: number
  /**
   * Who a request with this Authorization header (or connectionParams.authorization) is made as. Called for
   * each HTTP request, each WebSocket connection and each operation on it, so that a revoked key ends.
   * @throws UnauthenticatedError
   */
  authenticate(authorization: string | null, signal: AbortSignal): Promise<Caller>
  /**
   * Whether this caller may send files: asked before the first byte of an upload is read.
   * @default everybody may
   * @throws ForbiddenError
   */
  admitUpload?(caller: Caller): void
  /** Whose connections are counted together against socketsPerKey; null: not counted. @default nobody is */
  socketKey?(caller: Caller): string | null
  /** The resolvers' context. `signal` aborts when the client has gone or the server stops. */
  createContext(caller: Caller, signal: AbortSignal): App
  /** Operations are answered from the first time that it says ready; /health/ready always tells the latest. */
  readiness(): Readiness
  readonly metrics: Pick<
    Metrics,
    | 'registry'
    | 'operationDuration'
    | 'activeStreams'
    | 'openSockets'
    | 'droppedFollowers'
    | 'refusedSockets'
    | 'maskedErrors'
  >
  readonly logger: Logger
  /**
   * `loopback` where there is no authentication: refuses a Host or Origin that is not this machine, so that a
   * web page that a person visits cannot use their server (cross-site requests, DNS rebinding).
   */
  readonly allowedHosts: 'loopback' | 'any'
  /** Static pages by path, such as `/`. */
  readonly pages?: Readonly<Record<string, Page>>
  readonly limits?: Partial<ServerLimits>
  /** Where uploads lie while they are worked on. @default the system's folder for temporary files */
  readonly uploadFolder?: string
}

export interface ServerLimits {
  /** Of an HTTP request without files. @default 32 MiB */
  readonly bodyBytes: number
  /** Of a multipart request, all parts together. @default 256 MiB */
  readonly uploadBytes: number
  /** Of one file; a longer one is dropped, and its resolver is told. @default 64 MiB */
  readonly uploadFileBytes: number
  /** In one request. @default 100 */
  readonly uploadFiles: number
  /** The part `operations` of a multipart request. @default 1 MiB */
  readonly uploadOperationsBytes: number
  /** The part `map` of a multipart request. @default 64 KiB */
  readonly uploadMapBytes: number
  /** How long nothing of an upload may come. @default 30 s */
  readonly uploadIdleMs: number
  /** For a whole upload; below the 5 minutes after which Node cuts a request off unanswered. @default 4 min */
  readonly uploadMs: number
  /** Text of a GraphQL document. @default 64 KiB */
  readonly documentBytes: number
  /** @default 2000 */
  readonly documentTokens: number
  /** Nested fields. The introspection query of GraphiQL needs 15. @default 15 */
  readonly documentDepth: number
  /** Aliases, and fields at the root, each counted as often as fragments repeat them. @default 30 */
  readonly documentAliases: number
  /** One WebSocket message; documents are ingested over HTTP. @default 1 MiB */
  readonly messageBytes: number
  /** @default 10 s */
  readonly connectionInitMs: number
  /** Operations at a time on one WebSocket. @default 100 */
  readonly operationsPerSocket: number
  /** WebSockets and streaming requests of one key at a time, in this process. @default 1000 */
  readonly socketsPerKey: number
  /** What may wait in memory for one client to read it; a single message may be longer. @default 1 MiB */
  readonly bufferedBytes: number
  /** How long a client may read nothing of what waits for it. @default 15 s */
  readonly stalledMs: number
  /** Between WebSocket pings; a socket that has not answered by the next is ended. @default 12 s */
  readonly keepAliveMs: number
}

export const defaultLimits: ServerLimits = {
  bodyBytes: 32 * 1024 * 1024,
  uploadBytes: 256 * 1024 * 1024,
  uploadFileBytes: documentLimits.fileBytes,
  uploadFiles: 100,
  uploadOperationsBytes: 1024 * 1024,
  uploadMapBytes: 64 * 1024,
  uploadIdleMs: 30_000,
  uploadMs: 240_000,
  documentBytes: 64 * 1024,
  documentTokens: 2_000,
  documentDepth: 15,
  documentAliases: 30,
  messageBytes: 1024 * 1024,
  connectionInitMs: 10_000,
  operationsPerSocket: 100,
  socketsPerKey: 1_000,
  bufferedBytes: 1024 * 1024,
  stalledMs: 15_000,
  keepAliveMs: 12_000,
}
