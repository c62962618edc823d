import type { CredentialState } from '../../cli/databases.ts'
import type { Store } from '../../store/store.ts'

/** One of them, as its row says. */
interface Found {
  readonly account: string
  readonly name: string
  readonly disabled_at: number | null
  readonly created_at: number
  /** When else it was changed, where that is kept. */
  readonly changed_at: number | null
}

/**
 * Whoever and whatever has access, with when that was changed last as far as it is kept: what was disabled, deleted or
 * rotated after a backup cannot be known from it.
 */
export function prepareCredentialStates(store: Store): () => Promise<readonly CredentialState[]> {
  const { clients, users, providerClients, platforms, gateways, secrets } = prepareStatements(store)
  return async () => {
    const read = store.reader
    const found = [
      statesOf('API credentials', await clients.all(read, {})),
      statesOf('user', await users.all(read, {})),
      statesOf('provider client', await providerClients.all(read, {})),
      statesOf('platform', await platforms.all(read, {})),
      statesOf('gateway', await gateways.all(read, {})),
      statesOf('secret', await secrets.all(read, {})),
    ]
    return found.flat().sort((one, other) => (one.changedAt > other.changedAt ? -1 : 1))
  }
}

const statesOf = (what: CredentialState['what'], rows: readonly Found[]): readonly CredentialState[] =>
  rows.map(({ account, name, disabled_at, created_at, changed_at }) => ({
    what,
    account,
    name,
    disabled: disabled_at !== null,
    changedAt: new Date(Math.max(created_at, changed_at ?? 0, disabled_at ?? 0)).toISOString(),
  }))

function prepareStatements(store: Store) {
  return {
    clients: store.prepare((db, _: object) =>
      db
        .selectFrom('client')
        .innerJoin('account', 'account.id', 'client.account_id')
        .select(['account.name as account', 'client.name', 'client.disabled_at', 'client.created_at'])
        .select((one) =>
          one
            .selectFrom('client_secret')
            .whereRef('client_secret.client_id', '=', 'client.id')
            .select(({ fn }) => fn.max('client_secret.created_at').as('newest'))
            .as('changed_at'),
        ),
    ),
    users: store.prepare((db, _: object) =>
      db
        .selectFrom('user')
        .innerJoin('account', 'account.id', 'user.account_id')
        .select(['account.name as account', 'user.username as name', 'user.disabled_at', 'user.created_at'])
        .select('user.tokens_valid_from as changed_at'),
    ),
    providerClients: store.prepare((db, _: object) =>
      db
        .selectFrom('provider_client')
        .select(['tenant_name as account', 'client_id as name', 'disabled_at', 'created_at'])
        .select(({ lit }) => lit(null).as('changed_at')),
    ),
    platforms: store.prepare((db, _: object) =>
      db
        .selectFrom('call_platform')
        .innerJoin('account', 'account.id', 'call_platform.account_id')
        .select(['account.name as account', 'call_platform.name', 'call_platform.disabled_at'])
        .select('call_platform.created_at')
        .select((one) =>
          one
            .selectFrom('call_platform_key')
            .whereRef('call_platform_key.platform_guid', '=', 'call_platform.guid')
            .select(({ fn }) => fn.max('call_platform_key.created_at').as('newest'))
            .as('changed_at'),
        ),
    ),
    gateways: store.prepare((db, _: object) =>
      db
        .selectFrom('gateway_account')
        .innerJoin('account', 'account.id', 'gateway_account.tenant_id')
        .select(['account.name as account', 'gateway_account.name', 'gateway_account.created_at'])
        .select('gateway_account.updated_at as changed_at')
        .select(({ lit }) => lit(null).as('disabled_at')),
    ),
    secrets: store.prepare((db, _: object) =>
      db
        .selectFrom('account_secret')
        .innerJoin('account', 'account.id', 'account_secret.account_id')
        .select(['account.name as account', 'account_secret.name', 'account_secret.created_at'])
        .select(({ lit }) => [lit(null).as('changed_at'), lit(null).as('disabled_at')]),
    ),
  }
}
