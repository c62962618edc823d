import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Store } from '../../store/store.ts'
import type { Account } from '../accounts/find-account.ts'
import { createCachedReads, type Known } from '../cached-reads.ts'
import type { SigningAlgorithm } from '../keys/algorithms.ts'
import { spaceSeparated } from '../space-separated.ts'
import type { RegisteredKey } from './public-keys.ts'

/** An enabled client, as the identity server's endpoints and the bearer check need it. */
export interface Client {
  readonly id: Guid
  readonly account: Account
  /** What people are shown when they are asked for their consent. */
  readonly name: string
  readonly clientType: 'confidential' | 'public'
  readonly flows: ReadonlySet<string>
  readonly scopes: ReadonlySet<string>
  /** Absolute, without a fragment, compared character by character (RFC 9700 §2.1). */
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
  /** `https://desktop.example.com`: whose pages may read answers (CORS). */
  readonly allowedOrigins: ReadonlySet<string>
  /** SHA-256 of each live secret. */
  readonly secretDigests: readonly Uint8Array[]
  /** Public keys of a client that authenticates by `private_key_jwt` (RFC 7523), and then by nothing else. */
  readonly publicKeys: readonly RegisteredKey[]
  /** Its access tokens are bound to a key by DPoP (RFC 9449), and issued in no other way. */
  readonly dpopBound: boolean
  /** People of every account may sign in with it, and are asked for their consent; otherwise its own account's. */
  readonly shared: boolean
  /** What its tokens are signed with; null: what the region signs with. */
  readonly idTokenAlgorithm: SigningAlgorithm | null
  readonly accessTokenAlgorithm: SigningAlgorithm | null
  /** Access tokens that were made before are good no more. Milliseconds since the epoch. */
  readonly tokensValidFrom: number
}

/** Enabled clients by their id. */
export type KnownClients = Known<Guid, Client>

export const createKnownClients = ({ store, clock }: Pick<StoreParts, 'store' | 'clock'>): KnownClients =>
  createCachedReads(clock, prepareReadClient(store))

function prepareReadClient(store: Store) {
  const statement = store.prepare((db, p: { id: Guid }) =>
    db
      .selectFrom('client')
      .innerJoin('account', 'account.id', 'client.account_id')
      .leftJoin('client_secret', 'client_secret.client_id', 'client.id')
      .select([
        'client.name',
        'client.client_type',
        'client.flows',
        'client.scopes',
        'client.redirect_uris',
        'client.post_logout_redirect_uris',
        'client.allowed_origins',
        'client.public_keys',
        'client.dpop_bound',
        'client.shared',
        'client.id_token_algorithm',
        'client.access_token_algorithm',
        'client.tokens_valid_from',
        'client_secret.sha256',
        'account.id as account_id',
        'account.name as account_name',
        'account.production',
      ])
      .where('client.id', '=', p.id)
      .where('client.disabled_at', 'is', null),
  )
  return async (id: Guid): Promise<Client | undefined> => {
    const rows = await statement.all(store.reader, { id })
    const [row] = rows
    if (row === undefined) return undefined
    return {
      id,
      account: { id: row.account_id, name: row.account_name, production: row.production === 1 },
      name: row.name,
      clientType: row.client_type,
      flows: new Set(spaceSeparated(row.flows)),
      scopes: new Set(spaceSeparated(row.scopes)),
      redirectUris: spaceSeparated(row.redirect_uris),
      postLogoutRedirectUris: spaceSeparated(row.post_logout_redirect_uris),
      allowedOrigins: new Set(spaceSeparated(row.allowed_origins)),
      secretDigests: rows.flatMap(({ sha256 }) => (sha256 === null ? [] : [sha256])),
      publicKeys: JSON.parse(row.public_keys) as RegisteredKey[],
      dpopBound: row.dpop_bound === 1,
      shared: row.shared === 1,
      idTokenAlgorithm: row.id_token_algorithm,
      accessTokenAlgorithm: row.access_token_algorithm,
      tokensValidFrom: row.tokens_valid_from,
    }
  }
}
