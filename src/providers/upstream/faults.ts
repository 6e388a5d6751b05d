/** What went wrong with a call, for metrics: a closed list, so that the label stays bounded. */
export const UpstreamFault = {
  /** Nothing listens at the address. */
  Refused: 'refused',
  Dns: 'dns',
  Tls: 'tls',
  /** Any other failure of the network before an answer. */
  Unreachable: 'unreachable',
  Unauthorized: 'unauthorized',
  NotFound: 'not_found',
  TooManyRequests: 'too_many_requests',
  ServerError: 'server_error',
  BadRequest: 'bad_request',
  ContextLength: 'context_length',
  /** Silence before the answer has begun. */
  Timeout: 'timeout',
  /** Silence in the middle of an answer. */
  Stalled: 'stalled',
  /** The connection broke. */
  Reset: 'reset',
  /** What came is not what the protocol says. */
  Malformed: 'malformed',
  /** An error inside a stream that began with HTTP 200. */
  ErrorEvent: 'error_event',
  /** The stream ended, but the answer was not whole. */
  BrokenOff: 'broken_off',
  /** Whole, but no answer: withheld, a call of a tool. */
  NoAnswer: 'no_answer',
  /** The circuits of all addresses are open: nothing was asked. */
  CircuitOpen: 'circuit_open',
  /** All addresses have as much to do as they may: nothing was asked. */
  Full: 'full',
} as const
export type UpstreamFault = (typeof UpstreamFault)[keyof typeof UpstreamFault]

/** Codes of Node's network and TLS errors; what is not listed is `unreachable`. */
const faultsByCode: Readonly<Record<string, UpstreamFault>> = {
  ECONNREFUSED: UpstreamFault.Refused,
  ENOTFOUND: UpstreamFault.Dns,
  EAI_AGAIN: UpstreamFault.Dns,
  EAI_FAIL: UpstreamFault.Dns,
  ECONNRESET: UpstreamFault.Reset,
  EPIPE: UpstreamFault.Reset,
  UND_ERR_SOCKET: UpstreamFault.Reset,
  CERT_HAS_EXPIRED: UpstreamFault.Tls,
  CERT_NOT_YET_VALID: UpstreamFault.Tls,
  CERT_UNTRUSTED: UpstreamFault.Tls,
  CERT_REVOKED: UpstreamFault.Tls,
  DEPTH_ZERO_SELF_SIGNED_CERT: UpstreamFault.Tls,
  SELF_SIGNED_CERT_IN_CHAIN: UpstreamFault.Tls,
  UNABLE_TO_GET_ISSUER_CERT: UpstreamFault.Tls,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UpstreamFault.Tls,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UpstreamFault.Tls,
  EPROTO: UpstreamFault.Tls,
}

export function faultOfCode(code: string): UpstreamFault {
  if (Object.hasOwn(faultsByCode, code)) return faultsByCode[code] as UpstreamFault
  if (code.startsWith('ERR_TLS_') || code.startsWith('ERR_SSL_')) return UpstreamFault.Tls
  if (code.startsWith('HPE_')) return UpstreamFault.Malformed
  return UpstreamFault.Unreachable
}
