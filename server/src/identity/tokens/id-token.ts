import type { Client } from '../clients/known-clients.ts'
import type { KnownUser } from '../users/known-users.ts'

/** Whom an ID token is about, and for whom it is made. */
export interface IdTokenOrder {
  readonly client: Client
  readonly user: KnownUser
  /** The granted scope; `profile` adds the person's name. */
  readonly scope: string
  readonly nonce: string | null
  /** Milliseconds since the epoch. */
  readonly authenticatedAt: number
  /** `sid`, of the browser session; null when it came of the password grant. */
  readonly signInId: string | null
  /** The access token it is issued with, for `at_hash` (OpenID Connect Core §3.1.3.6). */
  readonly accessToken: string
}

/** Issues a signed ID token (OpenID Connect Core §2), in compact form. */
export type IssueIdToken = (order: IdTokenOrder) => Promise<string>
