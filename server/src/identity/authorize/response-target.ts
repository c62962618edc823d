import type { Client } from '../clients/known-clients.ts'
/** How the answer reaches the client (OAuth 2.0 Multiple Response Type Encoding Practices, Form Post). */
export type ResponseMode = 'query' | 'fragment' | 'form_post'

/** Where the answer to an authorization request goes, be it a good one or an error. */
export interface ResponseTarget {
  readonly client: Client
  /** Registered; with the port of the request where it is a loopback address. */
  readonly redirectUri: string
  readonly responseMode: ResponseMode
  /** Returned as it came; `undefined` when none was sent. */
  readonly state: string | undefined
  /** The languages that the client says the person reads. */
  readonly uiLocales: string | undefined
}
