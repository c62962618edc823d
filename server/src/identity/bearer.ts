import type { Guid } from '../base/guid.ts'

/** Who sends a request to the Payment API, as its access token says: a back end, or an agent. */
export interface Caller {
  readonly clientId: string
  readonly account: { readonly id: number; readonly name: string; readonly production: boolean }
  /**
   * Present when the token was issued in a person's name. A person who takes no calls is nobody to the Payment API, so
   * that a caller without an agent is a back end.
   */
  readonly agentId?: string
  /** What the request was let in by. */
  readonly access: Access
  /** When its access token expires, in milliseconds since the epoch. */
  readonly expiresAt: number
  /** Whose pages may read the answer (CORS). */
  readonly allowedOrigins: ReadonlySet<string>
}

/** An access token, as what was opened by it remembers it. */
export interface Access {
  readonly clientId: Guid
  readonly accountId: number
  /** The person in whose name the client acts, and the agent who they are. */
  readonly userId?: Guid
  readonly agentId?: string
  readonly jti: string
  /** Milliseconds since the epoch. */
  readonly madeAt: number
}

/** What the bearer check looks at. A Fastify request is one. */
export interface BearerRequest {
  readonly method: string
  /** As it was sent: a path, and perhaps a query. */
  readonly url: string
  /** By their names in lower case. */
  readonly headers: {
    readonly authorization?: string | undefined
    readonly host?: string | undefined
    readonly dpop?: string | readonly string[] | undefined
  }
}

/**
 * The check that every request to the Payment API passes (contract/authentication §6, RFC 6750, RFC 9068 §4,
 * RFC 9449 §7). A token seen before costs a look-up, and no promise unless it is bound to a key.
 *
 * @throws {Problem} `unauthorized` without credentials, `invalid-token`, `invalid-dpop-proof`,
 *   `insufficient-scope`; each with its `WWW-Authenticate` header. `person-without-agent` for a person who takes no
 *   calls (contract/payment-api §6). `overloaded` when there are too many proofs.
 */
export type BearerCheck = (request: BearerRequest) => Caller | Promise<Caller>
