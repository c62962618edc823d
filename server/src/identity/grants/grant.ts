import type { Client } from '../clients/known-clients.ts'
import type { SentForm } from '../form-parameters.ts'

/** A token request whose client is known. */
export interface TokenRequest {
  readonly client: Client
  readonly parameters: SentForm
  /** The IP address of the sender. */
  readonly address: string
  /** Of the key that a DPoP proof came with (RFC 9449 §5, RFC 7638); null without a proof. */
  readonly keyThumbprint: string | null
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
