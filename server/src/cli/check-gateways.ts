import type { Clock } from '../base/clock.ts'
import { createLog } from '../base/log.ts'
import type { Region } from '../base/region.ts'
import { createGatewayCalls } from '../vault/charge/gateway-calls.ts'
import { notificationPath } from '../vault/charge/notification-path.ts'
import type { Gateways } from '../vault/model/gateway.ts'
import type { AdminContext } from './command.ts'

/** Asks gateways, from the operator's process, what shows that payments through them will work. */
export function createCheckGateways({
  gateways,
  region,
  clock,
}: {
  readonly gateways: Gateways
  readonly region: Pick<Region, 'paymentOrigin'>
  readonly clock: Clock
}): Pick<AdminContext['gateways'], 'check' | 'notificationUrl'> {
  const calls = createGatewayCalls({ gateways, clock, log: createLog('silent') })
  return {
    check: async (accountId, name) => calls.check(await calls.find(accountId, name)),
    async notificationUrl(accountId, name) {
      const { gateway } = await calls.find(accountId, name)
      return gateway?.readNotifications && `${region.paymentOrigin}${notificationPath(accountId, name)}`
    },
  }
}
