import { type Clock, systemClock } from '../../../base/clock.ts'
import type { Log } from '../../../base/log.ts'
import type { Outgoing } from '../../../base/outgoing/outgoing.ts'
import { systemRandom } from '../../../base/random.ts'
import type { Gateway } from '../../model/gateway.ts'
import { guardGateway } from '../guard-gateway.ts'
import { createAdyenCalls } from './adyen-calls.ts'
import type { AdyenSettings } from './adyen-settings.ts'
import { adyenAuthorise } from './authorise.ts'
import { adyenAuthoriseKept } from './authorise-kept.ts'
import { adyenCapture } from './capture.ts'
import { adyenCheck } from './check.ts'
import { adyenCompleteChallenge } from './complete-challenge.ts'
import { createKnownPayments } from './known-payments.ts'
import { createHeardOutcomes } from './notifications/heard-outcomes.ts'
import { adyenReadNotifications } from './notifications/read-notifications.ts'
import { adyenReconcile } from './reconcile.ts'
import { adyenRefund } from './refund.ts'
import { adyenVoid } from './void.ts'

export { type AdyenSettings, settingsSchema, shownSettings } from './adyen-settings.ts'

/** What this kind of gateway is called. */
export const kind = 'adyen'

/** Adyen, by its Checkout API. */
export const createAdyenGateway = guardGateway(create)

function create({
  settings,
  send,
  clock = systemClock,
  log,
}: {
  readonly settings: AdyenSettings
  readonly send: Outgoing
  readonly clock?: Clock
  readonly log?: Pick<Log, 'warn'>
}): Gateway {
  const calls = createAdyenCalls({ settings, send, ...(log && { log }) })
  const payments = createKnownPayments()
  const heard = createHeardOutcomes()
  const { hmacKey } = settings
  return {
    authorise: adyenAuthorise(calls, { payments, settings }),
    authoriseKept: adyenAuthoriseKept(calls, { payments, settings }),
    completeChallenge: adyenCompleteChallenge(calls, { payments }),
    reconcile: adyenReconcile(calls, { payments, heard, now: clock.now }),
    capture: adyenCapture(calls),
    void: adyenVoid(calls),
    refund: adyenRefund(calls),
    ...(hmacKey !== undefined && {
      readNotifications: adyenReadNotifications({ ...settings, hmacKey }, { heard }),
    }),
    check: adyenCheck(calls, { settings, newKey: () => systemRandom(16).toString('hex') }),
  }
}
