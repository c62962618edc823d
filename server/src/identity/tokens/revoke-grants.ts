import { prepareRecord } from '../../audit/record.ts'
import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Connection, Store } from '../../store/store.ts'
import type { OpenRevocations, Revoke } from './revocations.ts'

/** Ends grants: all that came of them, and all that could still come. */
export interface RevokeGrants {
  /** As a part of a transaction of {@link OpenRevocations.write}. */
  within(transaction: Connection, revoke: Revoke, grantId: Guid): Promise<void>
  one(grantId: Guid): Promise<void>
  /** Every grant of a browser session, with the codes that nobody has come for. */
  ofSignIn(signInId: Guid): Promise<void>
}

/** A lifetime of tokens that was shortened meanwhile was no longer than this (`TONEGATE_TOKEN_LIFETIME`). */
const maxTokenLifetimeSeconds = 86_400

/** So few in one transaction that nobody waits for it. */
const batchGrants = 200

/** For how long a grant that ends has to be known for one: until the last of its access tokens has expired. */
export const revocationLifetimeMilliseconds = (tokenLifetimeSeconds: number): number =>
  Math.max(tokenLifetimeSeconds, maxTokenLifetimeSeconds) * 1000

/**
 * Whoever revokes a grant has its code first, and whoever adds a refresh token to it too (`RefreshTokens.issue`): so one of
 * the two comes after the other, and finds the revocation, or the token.
 *
 * Revokes by grant (RFC 7009 §2.1, RFC 9700 §4.14.2): refresh tokens and codes that were not used are removed, and
 * access tokens denied by the grant's id, in one transaction. Many grants take several; a crash between two of
 * them leaves the rest as they were, to be revoked by the next call.
 */
export function createRevokeGrants({
  store,
  clock,
  revocations,
  tokenLifetimeSeconds,
}: Pick<StoreParts, 'store' | 'clock'> & {
  readonly revocations: OpenRevocations
  readonly tokenLifetimeSeconds: number
}): RevokeGrants {
  const { accountOf, removeRefreshToken, removeCode, grantsOfSignIn } = prepareStatements(store)
  const record = prepareRecord({ store, clock })
  const denied = revocationLifetimeMilliseconds(tokenLifetimeSeconds)

  async function within(transaction: Connection, revoke: Revoke, grantId: Guid): Promise<void> {
    await revoke(grantId, clock.now() + denied)
    const owner = await accountOf.first(transaction, { grant_id: grantId })
    await removeRefreshToken.run(transaction, { grant_id: grantId })
    await record(transaction, {
      action: 'token.revoke',
      target: { kind: 'grant', id: grantId },
      account: owner?.account_id ?? null,
    })
  }

  async function ofSignIn(signInId: Guid): Promise<void> {
    let count = batchGrants
    while (count === batchGrants) {
      count = await revocations.write(async (transaction, revoke) => {
        const grants = await grantsOfSignIn.all(transaction, { signInId, batchGrants })
        for (const { grant_id } of grants) {
          await within(transaction, revoke, grant_id)
          await removeCode.run(transaction, { grant_id })
        }
        return grants.length
      })
    }
  }

  return {
    within,
    one: (grantId) => revocations.write((transaction, revoke) => within(transaction, revoke, grantId)),
    ofSignIn,
  }
}

function prepareStatements(store: Store) {
  return {
    /** The account of the client that was granted it, as long as its refresh token or its code is there. */
    accountOf: store.prepare((db, p: { grant_id: Guid }) =>
      db
        .selectFrom('client')
        .select('account_id')
        .where('id', 'in', (of) =>
          of
            .selectFrom('refresh_token')
            .select('client_id')
            .where('grant_id', '=', p.grant_id)
            .union(
              of.selectFrom('authorization_code').select('client_id').where('grant_id', '=', p.grant_id),
            ),
        ),
    ),
    removeRefreshToken: store.prepare((db, p: { grant_id: Guid }) =>
      db.deleteFrom('refresh_token').where('grant_id', '=', p.grant_id),
    ),
    removeCode: store.prepare((db, p: { grant_id: Guid }) =>
      db.deleteFrom('authorization_code').where('grant_id', '=', p.grant_id),
    ),
    grantsOfSignIn: store.prepare((db, p: { signInId: Guid; batchGrants: number }) =>
      db
        .selectFrom('authorization_code')
        .select('grant_id')
        .where('sign_in_id', '=', p.signInId)
        .union(db.selectFrom('refresh_token').select('grant_id').where('sign_in_id', '=', p.signInId))
        .limit(p.batchGrants),
    ),
  }
}
