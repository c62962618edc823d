import type { Guid } from '../base/guid.ts'
import type { StoreParts } from '../store/parts.ts'
import type { Connection } from '../store/store.ts'

/**
 * Ends what was granted to a client or in a person's name: codes and refresh tokens are deleted, access tokens that
 * were made until this moment are good no more, and a person's sign-ins end. Part of a transaction that does more, and that has
 * the person's row already (`users/hold-user.ts`). Codes go first: what another node makes of one at this moment is there before it goes, or is not made.
 */
export function prepareEndGrants({ store, clock }: Pick<StoreParts, 'store' | 'clock'>) {
  const ofUser = (['authorization_code', 'refresh_token', 'sign_in'] as const).map((table) =>
    store.prepare((db, p: { id: Guid }) => db.deleteFrom(table).where('user_id', '=', p.id)),
  )
  const ofClient = (['authorization_code', 'refresh_token'] as const).map((table) =>
    store.prepare((db, p: { id: Guid }) => db.deleteFrom(table).where('client_id', '=', p.id)),
  )
  const [endUserTokens, endClientTokens] = (['user', 'client'] as const).map((table) =>
    store.prepare((db, p: { id: Guid; now: number }) =>
      db.updateTable(table).set({ tokens_valid_from: p.now }).where('id', '=', p.id),
    ),
  )
  return {
    async ofUser(tx: Connection, id: Guid): Promise<void> {
      for (const statement of ofUser) await statement.run(tx, { id })
      await endUserTokens?.run(tx, { id, now: clock.now() })
    },
    async ofClient(tx: Connection, id: Guid): Promise<void> {
      for (const statement of ofClient) await statement.run(tx, { id })
      await endClientTokens?.run(tx, { id, now: clock.now() })
    },
  }
}
