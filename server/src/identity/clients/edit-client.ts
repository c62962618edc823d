import type { JWK } from 'jose'
import { prepareRecord } from '../../audit/record.ts'
import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Store } from '../../store/store.ts'
import type { ClientTable } from '../../store/tables.ts'
import type { SigningAlgorithm } from '../keys/algorithms.ts'
import type { Scope } from '../scopes.ts'
import { type NewClient, type OAuthFlow, refuseContradictions } from './create-client.ts'
import { summaryOf } from './find-client.ts'
import { readPublicKeys } from './public-keys.ts'

/** What may be changed about API credentials; what is absent stays, and a list is replaced as a whole. */
export interface ClientChanges {
  readonly name?: string
  readonly flows?: readonly OAuthFlow[]
  readonly scopes?: readonly Scope[]
  readonly redirectUris?: readonly string[]
  readonly postLogoutRedirectUris?: readonly string[]
  readonly allowedOrigins?: readonly string[]
  /** Only of a client that authenticates by a key already. */
  readonly publicKeys?: readonly JWK[]
  readonly dpopBound?: boolean
  readonly shared?: boolean
  readonly idTokenAlgorithm?: SigningAlgorithm | null
  readonly accessTokenAlgorithm?: SigningAlgorithm | null
}

/**
 * Edits API credentials (contract/authentication §7); in force within a second. Id, secrets, account and type
 * stay as they are. Access tokens that were issued before keep their scope until they expire.
 *
 * @returns false when there is no such client.
 * @throws {UniqueViolation} when the account has another client of this name.
 * @throws {TypeError} when the client would contradict itself.
 */
export function prepareEditClient({ store, clock }: Pick<StoreParts, 'store' | 'clock'>) {
  const select = store.prepare((db, p: { id: Guid }) =>
    db.selectFrom('client').selectAll().where('id', '=', p.id).forUpdate(),
  )
  const update = prepareUpdate(store)
  const record = prepareRecord({ store, clock })
  return (id: Guid, changes: ClientChanges): Promise<boolean> =>
    store.write(async (tx) => {
      const row = await select.first(tx, { id })
      if (row === undefined) return false
      const before = asOrdered(row)
      refuseOtherAuthentication(before, changes)
      const edited = { ...before, ...changes }
      refuseContradictions(edited)
      await update.run(tx, {
        id,
        name: edited.name,
        flows: edited.flows.join(' '),
        scopes: edited.scopes.join(' '),
        redirect_uris: edited.redirectUris.join(' '),
        post_logout_redirect_uris: edited.postLogoutRedirectUris.join(' '),
        allowed_origins: edited.allowedOrigins.join(' '),
        public_keys: JSON.stringify(readPublicKeys(edited.publicKeys)),
        dpop_bound: edited.dpopBound ? 1 : 0,
        shared: edited.shared ? 1 : 0,
        id_token_algorithm: edited.idTokenAlgorithm,
        access_token_algorithm: edited.accessTokenAlgorithm,
      })
      await record(tx, {
        action: 'client.edit',
        target: { kind: 'client', id, name: edited.name },
        account: row.account_id,
        details: {
          changed: Object.keys(changes).sort(),
          ...(changes.flows && { flows: changes.flows }),
          ...(changes.scopes && { scopes: changes.scopes }),
        },
      })
      return true
    })
}

/** A stored client in the words that one is ordered in. */
function asOrdered(row: ClientTable): Required<Omit<NewClient, 'clientSecret'>> {
  const { clientId: _, authentication: __, disabled: ___, ...summary } = summaryOf(row)
  return {
    ...summary,
    flows: summary.flows as readonly OAuthFlow[],
    scopes: summary.scopes as readonly Scope[],
  }
}

/**
 * A secret that is live beside a key, or a client with neither, would be a way in that nobody looks for.
 *
 * @throws {TypeError} when keys would come where there are none, or go where there are some.
 */
export function refuseOtherAuthentication(
  before: { readonly publicKeys: readonly JWK[] },
  { publicKeys }: ClientChanges,
): void {
  if (publicKeys === undefined) return
  if (before.publicKeys.length === 0 || publicKeys.length === 0) {
    throw new TypeError('A client cannot change between keys and a secret. Create a new client.')
  }
}

function prepareUpdate(store: Store) {
  type Editable = Pick<
    ClientTable,
    | 'name'
    | 'flows'
    | 'scopes'
    | 'redirect_uris'
    | 'post_logout_redirect_uris'
    | 'allowed_origins'
    | 'public_keys'
    | 'dpop_bound'
    | 'shared'
    | 'id_token_algorithm'
    | 'access_token_algorithm'
  >
  return store.prepare((db, p: Editable & { id: Guid }) =>
    db
      .updateTable('client')
      .set({
        name: p.name,
        flows: p.flows,
        scopes: p.scopes,
        redirect_uris: p.redirect_uris,
        post_logout_redirect_uris: p.post_logout_redirect_uris,
        allowed_origins: p.allowed_origins,
        public_keys: p.public_keys,
        dpop_bound: p.dpop_bound,
        shared: p.shared,
        id_token_algorithm: p.id_token_algorithm,
        access_token_algorithm: p.access_token_algorithm,
      })
      .where('id', '=', p.id),
  )
}
