import type { Client } from '../clients/known-clients.ts'
import type { FormParameters } from '../form-parameters.ts'

/** A token request whose client is known. */
interface TokenRequest {
  readonly client: Client
  readonly parameters: FormParameters
}

/** What a grant gives. */
export interface Granted {
  readonly accessToken: string
  /** Space-separated. */
  readonly scope: string
}

/** One value of `grant_type` and what it does. */
export type Grant = (request: TokenRequest) => Promise<Granted>
