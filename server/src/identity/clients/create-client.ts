import { hash } from 'node:crypto'
import type { JWK } from 'jose'
import { prepareRecord } from '../../audit/record.ts'
import type { Guid } from '../../base/guid.ts'
import { randomAlphanumeric } from '../../base/random.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Store } from '../../store/store.ts'
import type { SigningAlgorithm } from '../keys/algorithms.ts'
import { signingAlgorithms } from '../keys/algorithms.ts'
import type { Scope } from '../scopes.ts'
import { readPublicKeys } from './public-keys.ts'
import { checkOrigin, checkRedirectUri } from './redirect-uris.ts'

/** The OAuth name of a flow that a client may be registered for. */
export type OAuthFlow = 'authorization_code' | 'client_credentials' | 'password' | 'implicit'

/** API credentials as they are ordered. */
export interface NewClient {
  readonly accountId: number
  /** Unique in its account. */
  readonly name: string
  /** A public client (RFC 6749 §2.1) has no secret; confidential unless it says otherwise. */
  readonly clientType?: 'confidential' | 'public'
  readonly flows: readonly OAuthFlow[]
  readonly scopes: readonly Scope[]
  readonly redirectUris?: readonly string[]
  readonly postLogoutRedirectUris?: readonly string[]
  readonly allowedOrigins?: readonly string[]
  /** Public keys of a client that authenticates by `private_key_jwt`; it then has no secret. */
  readonly publicKeys?: readonly JWK[]
  /** Its access tokens are bound by DPoP (RFC 9449). */
  readonly dpopBound?: boolean
  /** People of every account may sign in with it, when they consent. */
  readonly shared?: boolean
  /** `id_token_signed_response_alg` (OpenID Connect Registration §2); null, or absent: the region's, RS256. */
  readonly idTokenAlgorithm?: SigningAlgorithm | null
  /** What its access tokens are signed with; null, or absent: the region's, ES256. */
  readonly accessTokenAlgorithm?: SigningAlgorithm | null
  /** 40 characters of `[A-Za-z0-9]`; made at random when it is not given. */
  readonly clientSecret?: string
}

/** API credentials, shown once. */
export interface CreatedClient {
  readonly clientId: Guid
  /** Null for a client that has none: a public one, or one with keys. Only its hash is kept. */
  readonly clientSecret: string | null
}

const secretPattern = /^[A-Za-z0-9]{40}$/

/**
 * Makes API credentials (contract/authentication §7). The secret holds 238 bits of chance and is kept as its
 * SHA-256, which is out of reach of guessing without being slow.
 *
 * @throws {UniqueViolation} when the account has a client of this name.
 * @throws {TypeError} when the order contradicts itself.
 */
export function prepareCreateClient({
  store,
  clock,
  random,
  newGuid,
}: Pick<StoreParts, 'store' | 'clock' | 'random' | 'newGuid'>) {
  const insert = prepareInsertClient(store)
  const record = prepareRecord({ store, clock })
  return async (order: NewClient): Promise<CreatedClient> => {
    refuseContradictions(order)
    const clientId = newGuid()
    const clientType = order.clientType ?? 'confidential'
    const publicKeys = readPublicKeys(order.publicKeys ?? [])
    const hasSecret = clientType === 'confidential' && publicKeys.length === 0
    const clientSecret = hasSecret ? (order.clientSecret ?? randomAlphanumeric(random, 40)) : null
    const secretId = newGuid()
    const created_at = clock.now()
    await store.write(async (tx) => {
      await insert.client.run(tx, {
        id: clientId,
        account_id: order.accountId,
        name: order.name,
        client_type: clientType,
        flows: order.flows.join(' '),
        scopes: order.scopes.join(' '),
        redirect_uris: (order.redirectUris ?? []).join(' '),
        post_logout_redirect_uris: (order.postLogoutRedirectUris ?? []).join(' '),
        allowed_origins: (order.allowedOrigins ?? []).join(' '),
        public_keys: JSON.stringify(publicKeys),
        dpop_bound: order.dpopBound ? 1 : 0,
        shared: order.shared ? 1 : 0,
        id_token_algorithm: order.idTokenAlgorithm ?? null,
        access_token_algorithm: order.accessTokenAlgorithm ?? null,
        created_at,
      })
      await record(tx, {
        action: 'client.create',
        target: { kind: 'client', id: clientId, name: order.name },
        account: order.accountId,
        details: { flows: order.flows, scopes: order.scopes },
      })
      if (clientSecret === null) return
      const sha256 = hash('sha256', clientSecret, 'buffer')
      await insert.secret.run(tx, { id: secretId, client_id: clientId, sha256, created_at })
    })
    return { clientId, clientSecret }
  }
}

/** @throws {TypeError} when what was ordered contradicts itself. */
export function refuseContradictions({
  clientType,
  flows,
  clientSecret,
  publicKeys,
  redirectUris,
  postLogoutRedirectUris,
  allowedOrigins,
  idTokenAlgorithm,
  accessTokenAlgorithm,
}: NewClient): void {
  for (const algorithm of [idTokenAlgorithm ?? [], accessTokenAlgorithm ?? []].flat()) {
    if (signingAlgorithms.includes(algorithm)) continue
    throw new TypeError(
      `Tokens cannot be signed with ${algorithm}. Use one of ${signingAlgorithms.join(', ')}.`,
    )
  }
  if (clientSecret !== undefined && !secretPattern.test(clientSecret)) {
    throw new TypeError('A client secret must have 40 characters of A-Z, a-z and 0-9.')
  }
  if (clientType === 'public' && clientSecret !== undefined) {
    throw new TypeError('A public client cannot have a secret.')
  }
  if (clientType === 'public' && flows.includes('client_credentials')) {
    throw new TypeError('Only a confidential client may use client credentials (RFC 6749 §4.4).')
  }
  if (clientType === 'public' && flows.includes('password')) {
    throw new TypeError('Only a confidential client may send passwords (RFC 6749 §4.3).')
  }
  if (publicKeys !== undefined && publicKeys.length > 0 && (clientType === 'public' || clientSecret)) {
    throw new TypeError('Only a confidential client can have keys, and then it has no secret.')
  }
  for (const uri of [...(redirectUris ?? []), ...(postLogoutRedirectUris ?? [])]) {
    checkRedirectUri(uri, clientType ?? 'confidential')
  }
  for (const origin of allowedOrigins ?? []) checkOrigin(origin)
}

function prepareInsertClient(store: Store) {
  interface ClientRow {
    readonly id: Guid
    readonly account_id: number
    readonly name: string
    readonly client_type: 'confidential' | 'public'
    readonly flows: string
    readonly scopes: string
    readonly redirect_uris: string
    readonly post_logout_redirect_uris: string
    readonly allowed_origins: string
    readonly public_keys: string
    readonly dpop_bound: 0 | 1
    readonly shared: 0 | 1
    readonly id_token_algorithm: SigningAlgorithm | null
    readonly access_token_algorithm: SigningAlgorithm | null
    readonly created_at: number
  }
  return {
    client: store.prepare((db, p: ClientRow) =>
      db.insertInto('client').values({
        id: p.id,
        account_id: p.account_id,
        name: p.name,
        client_type: p.client_type,
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
        created_at: p.created_at,
        disabled_at: null,
        tokens_valid_from: 0,
      }),
    ),
    secret: store.prepare((db, p: { id: Guid; client_id: Guid; sha256: Uint8Array; created_at: number }) =>
      db
        .insertInto('client_secret')
        .values({ id: p.id, client_id: p.client_id, sha256: p.sha256, created_at: p.created_at }),
    ),
  }
}
