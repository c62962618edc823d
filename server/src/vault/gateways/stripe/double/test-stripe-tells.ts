import { createHmac } from 'node:crypto'
import type { Tells } from '../../test-subject.ts'
import type { StripeDouble } from './test-stripe.ts'

export const stripeWebhookSecret = 'whsec_of_the_double_0123456789abcdef'

const types: Readonly<Record<string, string>> = {
  succeeded: 'payment_intent.succeeded',
  requires_capture: 'payment_intent.amount_capturable_updated',
  requires_payment_method: 'payment_intent.payment_failed',
  canceled: 'payment_intent.canceled',
}

/** The events that Stripe sends of payments, and how it signs them. */
export const stripeTells = ({ intents, refunds }: Pick<StripeDouble, 'intents' | 'refunds'>): Tells => ({
  facts: () =>
    intents().map(({ id, status, metadata }) =>
      event(`evt_${id}_${status}`, types[status] ?? 'payment_intent.processing', { id, metadata }),
    ),
  approval: (key) => {
    const object = { id: `pi_${key}`, metadata: { tonegate_key: key } }
    return event(`evt_${key}`, 'payment_intent.succeeded', object)
  },
  failure(kind, order) {
    const failed = refunds().find(
      ({ metadata }) => (metadata as Readonly<Record<string, string>>).tonegate_key === order,
    )
    if (kind === 'capture' || !failed) return undefined
    failed.status = 'failed'
    return { ...event(`evt_${failed.id}`, 'refund.failed', {}), data: { object: failed } }
  },
  send(fact, { by, at }) {
    const body = Buffer.from(JSON.stringify(fact))
    const time = Math.floor(at / 1000)
    const secret = by === 'gateway' ? stripeWebhookSecret : 'whsec_of_somebody_else_0123456789'
    const signature = createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex')
    return { headers: { 'stripe-signature': `t=${time},v1=${signature}` }, body }
  },
})

const event = (id: string, type: string, object: object) => ({
  id,
  object: 'event',
  livemode: false,
  type,
  data: { object: { ...object, object: 'payment_intent' } },
})
