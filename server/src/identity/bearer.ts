/** Who sends a request to the Payment API, as its access token says. */
export interface Caller {
  readonly clientId: string
  readonly account: { readonly id: number; readonly name: string; readonly production: boolean }
  /** Present when the token was issued for a person who takes calls. */
  readonly agentId?: string
}

/**
 * The check that every request to the Payment API passes (contract/authentication §6, RFC 6750, RFC 9068 §4).
 * A token seen before costs a look-up.
 *
 * @param authorization the `Authorization` header.
 * @throws {Problem} `unauthorized` without credentials, `invalid-token`, `insufficient-scope`; each with its
 *   `WWW-Authenticate` header.
 */
export type BearerCheck = (authorization: string | undefined) => Caller | Promise<Caller>
