import type { Guid } from '../../base/guid.ts'
import type { Store } from '../../store/store.ts'

/** API credentials as they may be shown again: without the secret. */
export interface ClientSummary {
  readonly clientId: Guid
  readonly accountId: number
  readonly name: string
  readonly clientType: 'confidential' | 'public'
  readonly flows: readonly string[]
  readonly scopes: readonly string[]
  readonly redirectUris: readonly string[]
  readonly allowedOrigins: readonly string[]
  readonly disabled: boolean
}

/** Finds a client by its name in its account, disabled or not. */
export function prepareFindClient(store: Store) {
  const find = store.prepare((db, p: { account_id: number; name: string }) =>
    db.selectFrom('client').selectAll().where('account_id', '=', p.account_id).where('name', '=', p.name),
  )
  return async (accountId: number, name: string): Promise<ClientSummary | undefined> => {
    const row = await find.first(store.reader, { account_id: accountId, name })
    return (
      row && {
        clientId: row.id as Guid,
        accountId: row.account_id,
        name: row.name,
        clientType: row.client_type,
        flows: words(row.flows),
        scopes: words(row.scopes),
        redirectUris: words(row.redirect_uris),
        allowedOrigins: words(row.allowed_origins),
        disabled: row.disabled_at !== null,
      }
    )
  }
}

const words = (text: string): readonly string[] => (text === '' ? [] : text.split(' '))
