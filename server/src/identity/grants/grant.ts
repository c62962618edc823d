import type { Guid } from '../../base/guid.ts'
import type { Addresses } from '../../base/region.ts'
import type { Client } from '../clients/known-clients.ts'
import type { SentForm } from '../endpoints/form-parameters.ts'
import type { OneRequest } from '../tokens/uses-at-once.ts'

/** A token request whose client is known. */
export interface TokenRequest {
  readonly client: Client
  readonly parameters: SentForm
  /** The IP address of the sender. */
  readonly address: string
  /** The region as the sender knows it. */
  readonly addresses: Addresses
  /** Of the key that a DPoP proof came with (RFC 9449 §5, RFC 7638); null without a proof. */
  readonly keyThumbprint: string | null
  /** The request, as it counts for what is good once. */
  readonly request: OneRequest
  /**
   * Counts the request for the person that it has proved to speak for, before anything is used up.
   *
   * @throws {OAuthError} `temporarily_unavailable` when there are too many of them.
   */
  admit(userId: Guid): void
}

/** What a grant gives. */
export interface Granted {
  readonly accessToken: string
  /** Space-separated. */
  readonly scope: string
  /** What was asked for, where that was not in the token request itself. */
  readonly askedScope?: string
  readonly refreshToken?: string
  readonly idToken?: string
}

/** One value of `grant_type` and what it does. */
export type Grant = (request: TokenRequest) => Promise<Granted>
