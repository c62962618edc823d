import { createBoundedCache } from '../../../base/bounded-cache.ts'
import { echoes } from '../../model/echoes.ts'
import type { Challenge, FollowUp, FollowUpAnswer, Gateway } from '../../model/gateway.ts'
import type { GatewayKind, GatewayParts } from '../accounts/gateway-kind.ts'
import { guardGateway } from '../guard-gateway.ts'
import { connectorAuthorise } from './authorise.ts'
import { checkConnector } from './check-connector.ts'
import { readCompletion, readFollowUp, readReconciliation } from './connector-answer.ts'
import { createConnectorCalls } from './connector-calls.ts'
import { readConnectorNotifications } from './connector-notifications.ts'
import { type ConnectorSettings, settingsSchema } from './connector-settings.ts'

const maxChallenges = 10_000

/**
 * A gateway behind an endpoint of the merchant's own: each operation is a signed POST of JSON. Only an answer that
 * conforms to the schema says something, with status 200, or with one of 4xx where a new payment was not processed;
 * after any other nobody knows what became of the money.
 */
export const connector: GatewayKind = {
  settingsSchema,
  shown: ['url', 'insideNetwork'],
  create: guardGateway(createConnector),
}

function createConnector(parts: GatewayParts<ConnectorSettings>): Gateway {
  const calls = createConnectorCalls(parts)
  /** What the customers who are at their banks were asked, by the keys of their payments. */
  const challenges = createBoundedCache<string, Challenge>(maxChallenges)

  async function followUp(
    operation: 'capture' | 'void' | 'refund',
    order: FollowUp,
  ): Promise<FollowUpAnswer> {
    const { gatewayReference, paymentKey, amount } = order
    return readFollowUp(await calls.postJson(operation, order, { gatewayReference, paymentKey, amount }))
  }

  return {
    ...connectorAuthorise(calls, challenges),
    readNotifications: (sent) => readConnectorNotifications(sent, parts.settings.secrets),
    check: (signal) =>
      checkConnector((key) => calls.postJson('reconcile', { idempotencyKey: key, signal }, nothing)),
    async completeChallenge(completion) {
      const { idempotencyKey, answer } = completion
      const challenge = challenges.get(idempotencyKey)
      const isAnswered = answer !== 'abandoned' && (!challenge || echoes(challenge, answer))
      const more = isAnswered ? { outcome: 'answered', answer } : { outcome: 'abandoned' }
      return readCompletion(await calls.postJson('complete-challenge', completion, more))
    },
    async reconcile(asked) {
      const { purpose, order, requestedAt } = asked
      const { amountMinor, currency } = order
      const read = readReconciliation(
        await calls.postJson('reconcile', asked, {
          purpose,
          amount: { amountMinor, currency },
          requestedAt: new Date(requestedAt).toISOString(),
        }),
      )
      if (read.status === 'challenge') return { status: 'at-bank' }
      return read.status === 'unknown' ? undefined : read
    },
    capture: (order) => followUp('capture', order),
    void: (order) => followUp('void', order),
    refund: (order) => followUp('refund', order),
  }
}

/** Of a payment that nobody has made. */
const nothing = {
  purpose: 'charge',
  amount: { amountMinor: 1, currency: 'EUR' },
  requestedAt: new Date(0).toISOString(),
}
