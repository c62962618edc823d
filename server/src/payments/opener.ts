import type { Guid } from '../base/guid.ts'
import type { Access } from '../identity/bearer.ts'
import type { PaymentSessionTable } from '../store/tables.ts'

/**
 * Who opened a session, as its row keeps it: the client, for it is its back end's; or the client, the person and the
 * token.
 */
export const openerOf = ({ clientId, userId, jti }: Access): string =>
  userId === undefined ? clientId : `${clientId} ${userId} ${jti}`

type OpenerRow = Pick<PaymentSessionTable, 'account_id' | 'agent_id'> & {
  readonly opened_by: string | null
  readonly token_made_at: number | null
}

/** By what a session was opened, from its row. */
export function accessIn({ opened_by, token_made_at, account_id, agent_id }: OpenerRow): Access {
  const [clientId, userId, jti] = (opened_by ?? '').split(' ')
  return {
    clientId: clientId as Guid,
    accountId: account_id,
    jti: jti ?? '',
    madeAt: token_made_at ?? 0,
    ...(userId !== undefined && { userId: userId as Guid, agentId: agent_id }),
  }
}
