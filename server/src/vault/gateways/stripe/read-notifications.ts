import { readJson } from '../../../base/text/read-json.ts'
import type { Notification, SentNotification } from '../../model/gateway.ts'
import { Forged } from '../../model/gateway.ts'
import { type Json, objectIn, objectOf, textIn } from '../json-answer.ts'
import type { StripeSettings } from './stripe-settings.ts'
import { verifySignature } from './verify-signature.ts'

/** An outcome may be known now. What a customer's bank still asks, or Stripe still works at, is none. */
const outcomes = new Set([
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'payment_intent.canceled',
  'payment_intent.amount_capturable_updated',
  'setup_intent.succeeded',
  'setup_intent.setup_failed',
  'setup_intent.canceled',
  'charge.captured',
  'charge.expired',
])

/** Stripe tells one and the same change by up to three of them. */
const refunds = new Set(['refund.created', 'refund.updated', 'refund.failed', 'charge.refund.updated'])

const maxIdLength = 256

/**
 * Reads an event that Stripe sends to the account's event destination (https://docs.stripe.com/webhooks). It holds the
 * object as it was then (a snapshot), or its name alone (a thin event). Events of connected accounts, of the other mode
 * (test, live) and of payments that were not made here are told as `other`.
 */
export const readStripeNotifications =
  ({ apiKey, webhookSecrets = [] }: StripeSettings) =>
  (sent: SentNotification): readonly Notification[] => {
    verifySignature(sent, webhookSecrets)
    const event = objectOf(readJson(sent.body))
    const [id, type] = [textIn(event, 'id'), textIn(event, 'type')]
    if (!event || id === undefined || type === undefined || id.length > maxIdLength) {
      throw new Forged('It is not an event.')
    }
    const gatewayCode = type.slice(0, maxIdLength)
    const isOurs = event.livemode === apiKey.includes('_live_') && !event.account && !event.context
    return [{ id, gatewayCode, ...(isOurs ? toldBy(event, type.replace(/^v1\./, '')) : other) }]
  }

type Told = Pick<Notification, 'about' | 'key' | 'gatewayReference'>

const other: Told = { about: 'other' }

function toldBy(event: Json, type: string): Told {
  const object = objectIn(objectIn(event, 'data'), 'object')
  if (outcomes.has(type)) return object ? ofPayment(object) : ofThinEvent(event)
  return refunds.has(type) && object ? ofRefund(object) : other
}

function ofPayment(object: Json): Told {
  const key = keyOf(object)
  const gatewayReference = textIn(object, textIn(object, 'object') === 'charge' ? 'payment_intent' : 'id')
  if (key === undefined) return other
  return { about: 'payment', key, ...(gatewayReference !== undefined && { gatewayReference }) }
}

/** Whose payment it is, a thin event does not say: its name has to be known here. */
function ofThinEvent(event: Json): Told {
  const related = objectIn(event, 'related_object')
  const gatewayReference = textIn(related, 'id')
  const isIntent = ['payment_intent', 'setup_intent'].includes(textIn(related, 'type') ?? '')
  return isIntent && gatewayReference !== undefined ? { about: 'payment', gatewayReference } : other
}

function ofRefund(refund: Json): Told {
  const key = keyOf(refund)
  const gatewayReference = textIn(refund, 'payment_intent')
  const isFailed = ['failed', 'canceled'].includes(textIn(refund, 'status') ?? '')
  if (!isFailed || key === undefined) return other
  return { about: 'refund-failed', key, ...(gatewayReference !== undefined && { gatewayReference }) }
}

const keyOf = (object: Json): string | undefined => textIn(objectIn(object, 'metadata'), 'tonegate_key')
