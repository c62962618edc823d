/** Who sends a request to the Payment API, as its access token says. */
export interface Caller {
  readonly clientId: string
  readonly account: { readonly id: number; readonly name: string; readonly production: boolean }
  /** Present when the token was issued for a person. */
  readonly userId?: string
  /** Present when the token was issued for a person who takes calls. */
  readonly agentId?: string
  /** Whose pages may read the answer (CORS). */
  readonly allowedOrigins: ReadonlySet<string>
}

/** What the bearer check looks at. A Fastify request is one. */
export interface BearerRequest {
  readonly method: string
  /** As it was sent: a path, and perhaps a query. */
  readonly url: string
  /** By their names in lower case. */
  readonly headers: {
    readonly authorization?: string | undefined
    readonly dpop?: string | readonly string[] | undefined
  }
}

/**
 * The check that every request to the Payment API passes (contract/authentication §6, RFC 6750, RFC 9068 §4,
 * RFC 9449 §7). A token seen before costs a look-up, and no promise unless it is bound to a key.
 *
 * @throws {Problem} `unauthorized` without credentials, `invalid-token`, `invalid-dpop-proof`,
 *   `insufficient-scope`; each with its `WWW-Authenticate` header. `overloaded` when there are too many proofs.
 */
export type BearerCheck = (request: BearerRequest) => Caller | Promise<Caller>
