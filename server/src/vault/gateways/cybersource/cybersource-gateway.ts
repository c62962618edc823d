import { type Clock, systemClock } from '../../../base/clock.ts'
import type { Outgoing } from '../../../base/outgoing.ts'
import type { Gateway } from '../../gateway.ts'
import { guardGateway } from '../guard-gateway.ts'
import { cybersourceAuthorise } from './authorise.ts'
import { cybersourceCapture } from './capture.ts'
import { createCybersourceCalls } from './cybersource-calls.ts'
import type { CybersourceSettings } from './cybersource-settings.ts'
import { cybersourceReconcile } from './reconcile.ts'
import { cybersourceRefund } from './refund.ts'
import { cybersourceVoid } from './void.ts'

export { settingsSchema, shownSettings } from './cybersource-settings.ts'

/** What this kind of gateway is called. */
export const kind = 'cybersource'

/** CyberSource, by its REST API. */
export const createCybersourceGateway = guardGateway(create)

function create({
  settings,
  send,
  clock = systemClock,
}: {
  readonly settings: CybersourceSettings
  readonly send: Outgoing
  readonly clock?: Clock
}): Gateway {
  const { now } = clock
  const calls = createCybersourceCalls({ settings, send, now })
  return {
    authorise: cybersourceAuthorise(calls),
    reconcile: cybersourceReconcile(calls, { now }),
    capture: cybersourceCapture(calls),
    void: cybersourceVoid(calls),
    refund: cybersourceRefund(calls),
  }
}
