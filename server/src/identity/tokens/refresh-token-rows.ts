import type { Guid } from '../../base/guid.ts'
import type { NodeId } from '../../store/nodes/node-id.ts'
import type { Store } from '../../store/store.ts'
import type { RefreshTokenTable } from '../../store/tables.ts'

/** A grant's refresh token: which one is good, of whom, and until when. */
interface NewRefreshToken {
  readonly sha256: Uint8Array
  readonly secret_sha256: Uint8Array
  readonly grant_id: Guid
  readonly client_id: Guid
  readonly user_id: Guid
  readonly sign_in_id: Guid | null
  readonly scope: string
  readonly authenticated_at: number
  readonly key_thumbprint: string | null
  readonly expires_at: number
  readonly grant_expires_at: number
}

/** Another secret in the place of the one that was used, if it is the one that is good. */
export interface Replacement {
  readonly sha256: Uint8Array
  readonly used: Uint8Array
  readonly secret_sha256: Uint8Array
  readonly now: number
  readonly used_by: NodeId
  readonly expires_at: number
}

/** What tells whether a token of a grant is good. */
export type KnownRefreshToken = Pick<
  RefreshTokenTable,
  'secret_sha256' | 'expires_at' | 'used_secret_sha256' | 'used_at' | 'used_by'
>

export type RefreshTokenRows = ReturnType<typeof prepareRefreshTokenRows>

export function prepareRefreshTokenRows(store: Store) {
  return {
    insert: store.prepare((db, p: NewRefreshToken) =>
      db.insertInto('refresh_token').values({
        sha256: p.sha256,
        secret_sha256: p.secret_sha256,
        grant_id: p.grant_id,
        client_id: p.client_id,
        user_id: p.user_id,
        sign_in_id: p.sign_in_id,
        scope: p.scope,
        authenticated_at: p.authenticated_at,
        key_thumbprint: p.key_thumbprint,
        expires_at: p.expires_at,
        grant_expires_at: p.grant_expires_at,
      }),
    ),
    byFamily: store.prepare((db, p: { sha256: Uint8Array }) =>
      db.selectFrom('refresh_token').selectAll().where('sha256', '=', p.sha256),
    ),
    replaceSecret: store.prepare((db, p: Replacement) =>
      db
        .updateTable('refresh_token')
        .set({
          secret_sha256: p.secret_sha256,
          expires_at: p.expires_at,
          used_secret_sha256: p.used,
          used_at: p.now,
          used_by: p.used_by,
        })
        .where('sha256', '=', p.sha256)
        .where('secret_sha256', '=', p.used)
        .where('expires_at', '>', p.now),
    ),
    /** Has the code that the grant came of, where it came of one: nobody revokes the grant meanwhile. */
    holdCode: store.prepare((db, p: { grant_id: Guid }) =>
      db
        .updateTable('authorization_code')
        .set((each) => ({ grant_id: each.ref('grant_id') }))
        .where('grant_id', '=', p.grant_id),
    ),
    revocationOf: store.prepare((db, p: { id: Guid }) =>
      db.selectFrom('revocation').select('id').where('id', '=', p.id),
    ),
  }
}
