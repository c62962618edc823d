import { randomUUID } from 'node:crypto'
import { type Clock, systemClock } from '../../../base/clock.ts'
import type { Outgoing } from '../../../base/outgoing/outgoing.ts'
import { type Random, systemRandom } from '../../../base/random.ts'
import type { Gateway } from '../../model/gateway.ts'
import { guardGateway } from '../guard-gateway.ts'
import { cybersourceAuthorise } from './authorise.ts'
import { cybersourceAuthoriseKept } from './authorise-kept.ts'
import { cybersourceCapture } from './capture.ts'
import { cybersourceCheck } from './check.ts'
import { createCybersourceCalls } from './cybersource-calls.ts'
import type { CybersourceSettings } from './cybersource-settings.ts'
import { authenticatedSend } from './messages/authenticated-send.ts'
import { createChallenges } from './payer-authentication/challenges.ts'
import { cybersourceCompleteChallenge } from './payer-authentication/complete-challenge.ts'
import { cybersourceReconcile } from './reconcile.ts'
import { cybersourceRefund } from './refund.ts'
import { cybersourceVoid } from './void.ts'

export { settingsSchema, shownSettings } from './cybersource-settings.ts'

/** What this kind of gateway is called. */
export const kind = 'cybersource'

interface Parts {
  readonly settings: CybersourceSettings
  readonly send: Outgoing
  readonly clock?: Clock
  readonly random?: Random
  readonly newId?: () => string
}

const guarded = guardGateway(create)

/** CyberSource, by its REST API. What comes back is decrypted first, and masked as soon as it can be read. */
export const createCybersourceGateway = ({ send, newId = randomUUID, ...parts }: Parts) => {
  const { now } = parts.clock ?? systemClock
  return guarded({ ...parts, send: authenticatedSend(parts.settings, { send, now, newId }) })
}

function create({
  settings,
  send,
  clock = systemClock,
  random = systemRandom,
}: Omit<Parts, 'newId'>): Gateway {
  const { now } = clock
  const calls = createCybersourceCalls({ settings, send, now })
  const challenges = createChallenges({ sharedSecret: settings.sharedSecret, random })
  return {
    authorise: cybersourceAuthorise(calls, { challenges }),
    authoriseKept: cybersourceAuthoriseKept(calls),
    completeChallenge: cybersourceCompleteChallenge(calls, { challenges }),
    reconcile: cybersourceReconcile(calls, { now }),
    capture: cybersourceCapture(calls),
    void: cybersourceVoid(calls),
    refund: cybersourceRefund(calls),
    check: cybersourceCheck(calls),
  }
}
