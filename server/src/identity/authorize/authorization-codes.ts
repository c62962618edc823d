import type { Guid } from '../../base/guid.ts'
import type { Client } from '../clients/known-clients.ts'

/** What a code stands for, from the authorization request until the client comes for its tokens. */
export interface CodeOrder {
  readonly clientId: Guid
  readonly userId: Guid
  /** Of the browser session that the person signed in with. */
  readonly signInId: Guid
  readonly redirectUri: string
  /** False: the request left it out, because the client has but one. */
  readonly redirectUriSent: boolean
  readonly scope: string
  /** S256 (RFC 7636 §4.2); null when none was sent. */
  readonly codeChallenge: string | null
  readonly nonce: string | null
  /** When the person proved who they are, in milliseconds since the epoch. */
  readonly authenticatedAt: number
  /** `dpop_jkt` (RFC 9449 §10). */
  readonly keyThumbprint: string | null
}

/** A code that has been redeemed. */
export interface RedeemedCode extends CodeOrder {
  /** Names all tokens that come of it. */
  readonly grantId: Guid
}

/** How a client asks for what its code stands for. */
export interface Redemption {
  readonly code: string
  readonly client: Client
  readonly redirectUri: string | undefined
  readonly codeVerifier: string | undefined
  readonly keyThumbprint: string | null
}

/** Authorization codes: good for 60 seconds, once (RFC 6749 §4.1.2). */
export interface AuthorizationCodes {
  /** Makes a code, durable before it is answered. */
  issue(order: CodeOrder): Promise<string>
  /**
   * @throws {OAuthError} `invalid_grant` when the code is unknown, expired, another client's, was used before (which
   *   revokes all that came of it), or was issued for another redirect URI, verifier or key.
   */
  redeem(redemption: Redemption): Promise<RedeemedCode>
}
