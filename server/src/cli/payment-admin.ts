import type { Guid } from '../base/guid.ts'
import type { StoreParts } from '../store/parts.ts'
import { createFollowUps } from '../vault/charge/follow-up-payment.ts'
import { createGatewayCalls } from '../vault/charge/gateway-calls.ts'
import type { Gateways } from '../vault/model/gateway.ts'
import { prepareVaultRows } from '../vault/model/vault-rows.ts'
import type { AdminContext } from './command.ts'
import { createFindUntaken } from './untaken.ts'

/** Orders of an operator about payments that were approved. */
export function createPaymentAdmin({
  store,
  gateways,
  clock,
  log,
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & { readonly gateways: Gateways }): AdminContext['payments'] {
  const find = store.prepare((db, p: { guid: Guid }) =>
    db.selectFrom('payment_session').select('provider_session_guid').where('guid', '=', p.guid),
  )
  const calls = createGatewayCalls({ gateways, clock, log })
  return {
    async vaultSessionOf(sessionGuid) {
      const row = await find.first(store.reader, { guid: sessionGuid })
      return row?.provider_session_guid
    },
    findUntaken: createFindUntaken(store),
    followUps: createFollowUps({ store, rows: prepareVaultRows(store), calls, clock }),
  }
}
