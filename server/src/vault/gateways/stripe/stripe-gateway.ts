import { type Clock, systemClock } from '../../../base/clock.ts'
import type { Log } from '../../../base/log.ts'
import type { Outgoing } from '../../../base/outgoing/outgoing.ts'
import type { Gateway } from '../../model/gateway.ts'
import { guardGateway } from '../guard-gateway.ts'
import { stripeAuthorise } from './authorise.ts'
import { stripeAuthoriseKept } from './authorise-kept.ts'
import { stripeCapture } from './capture.ts'
import { stripeCheck } from './check.ts'
import { stripeCompleteChallenge } from './complete-challenge.ts'
import { createKnownIntents } from './intents/known-intents.ts'
import { readStripeNotifications } from './read-notifications.ts'
import { stripeReconcile } from './reconcile.ts'
import { stripeRefund } from './refund.ts'
import { createStripeCalls } from './stripe-calls.ts'
import type { StripeSettings } from './stripe-settings.ts'
import { stripeVoid } from './void.ts'

export { type StripeSettings, settingsSchema, shownSettings } from './stripe-settings.ts'

/** What this kind of gateway is called. */
export const kind = 'stripe'

/** Stripe, by its Payment Intents API. */
export const createStripeGateway = guardGateway(create)

function create({
  settings,
  send,
  clock = systemClock,
  log,
}: {
  readonly settings: StripeSettings
  readonly send: Outgoing
  readonly clock?: Clock
  readonly log?: Pick<Log, 'warn'>
}): Gateway {
  const calls = createStripeCalls({ settings, send, ...(log && { log }) })
  const intents = createKnownIntents()
  const { now } = clock
  return {
    authorise: stripeAuthorise(calls, { intents, settings }),
    authoriseKept: stripeAuthoriseKept(calls, { intents, settings }),
    completeChallenge: stripeCompleteChallenge(calls, { intents, now }),
    reconcile: stripeReconcile(calls, { now }),
    capture: stripeCapture(calls),
    void: stripeVoid(calls),
    refund: stripeRefund(calls),
    ...(settings.webhookSecrets && { readNotifications: readStripeNotifications(settings) }),
    check: stripeCheck(calls, { settings, now }),
  }
}
