import type { Guid } from '../../base/guid.ts'
import type { Store } from '../../store/store.ts'
import type { ClientTable } from '../../store/tables.ts'
import type { SigningAlgorithm } from '../keys/algorithms.ts'
import { spaceSeparated } from '../space-separated.ts'
import type { RegisteredKey } from './public-keys.ts'

/** API credentials as they may be shown again: without the secret. */
export interface ClientSummary {
  readonly clientId: Guid
  readonly accountId: number
  readonly name: string
  readonly clientType: 'confidential' | 'public'
  readonly flows: readonly string[]
  readonly scopes: readonly string[]
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
  readonly allowedOrigins: readonly string[]
  readonly authentication: 'secret' | 'private_key_jwt' | 'none'
  /** Empty where it has a secret, or nothing. */
  readonly publicKeys: readonly RegisteredKey[]
  readonly dpopBound: boolean
  readonly shared: boolean
  /** Null: what the region signs with. */
  readonly idTokenAlgorithm: SigningAlgorithm | null
  readonly accessTokenAlgorithm: SigningAlgorithm | null
  readonly disabled: boolean
}

/** Finds a client by its name in its account, disabled or not. */
export function prepareFindClient(store: Store) {
  const find = store.prepare((db, p: { account_id: number; name: string }) =>
    db.selectFrom('client').selectAll().where('account_id', '=', p.account_id).where('name', '=', p.name),
  )
  return async (accountId: number, name: string): Promise<ClientSummary | undefined> => {
    const row = await find.first(store.reader, { account_id: accountId, name })
    return row && summaryOf(row)
  }
}

/** Finds a client by its id, disabled or not. */
export function prepareFindClientById(store: Store) {
  const find = store.prepare((db, p: { id: Guid }) =>
    db.selectFrom('client').selectAll().where('id', '=', p.id),
  )
  return async (id: Guid): Promise<ClientSummary | undefined> => {
    const row = await find.first(store.reader, { id })
    return row && summaryOf(row)
  }
}

/** A row as it may be shown. */
export const summaryOf = (row: ClientTable): ClientSummary => ({
  clientId: row.id,
  accountId: row.account_id,
  name: row.name,
  clientType: row.client_type,
  flows: spaceSeparated(row.flows),
  scopes: spaceSeparated(row.scopes),
  redirectUris: spaceSeparated(row.redirect_uris),
  postLogoutRedirectUris: spaceSeparated(row.post_logout_redirect_uris),
  allowedOrigins: spaceSeparated(row.allowed_origins),
  authentication:
    row.client_type === 'public' ? 'none' : row.public_keys === '[]' ? 'secret' : 'private_key_jwt',
  publicKeys: JSON.parse(row.public_keys),
  dpopBound: row.dpop_bound === 1,
  shared: row.shared === 1,
  idTokenAlgorithm: row.id_token_algorithm,
  accessTokenAlgorithm: row.access_token_algorithm,
  disabled: row.disabled_at !== null,
})
