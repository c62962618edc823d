import { Forged, type Gateway, type Notification } from '../../../model/gateway.ts'
import { type Json, jsonIn, objectIn, objectsIn } from '../../json-answer.ts'
import { type AdyenSettings, defaultSettings } from '../adyen-settings.ts'
import type { ToldOutcome } from '../read-outcome.ts'
import { cancelling } from '../reconcile.ts'
import type { HeardOutcomes } from './heard-outcomes.ts'
import { readSigned, type SignedItem } from './sign-notification.ts'

/** Adyen sends one, or a handful. */
const maxItems = 100

/** Of the references that are ours: payments, and what is done with them. */
const ourKey = /^[0-9a-z-]{1,50}$/

/**
 * Reads Adyen's standard webhooks, of which each item is signed. A signature holds no time and Adyen tries for a month:
 * none is too old, and one that is repeated has the same id. Of an item that is right nothing is read but what is signed.
 *
 * @throws {Forged} also where one of several is not signed, and where it comes from Adyen's other system (test or live).
 */
export function adyenReadNotifications(
  settings: AdyenSettings & { readonly hmacKey: string },
  { heard }: { readonly heard: HeardOutcomes },
): NonNullable<Gateway['readNotifications']> {
  const { hmacKey, merchantAccount } = settings
  return ({ body }) => {
    const sent = jsonIn(body)
    const items = objectsIn(sent, 'notificationItems')
    if (items.length === 0 || items.length > maxItems) throw new Forged('It contains no notification.')
    if (!isOfOurSystem(sent, settings))
      throw new Forged('It comes from a different Adyen environment (test or live).')
    const signed = items.map((item) => readSigned(objectIn(item, 'NotificationRequestItem') ?? {}, hmacKey))
    if (!signed.every((item) => item !== undefined)) throw new Forged('Its signature is invalid.')
    const read = signed.map((item) => notificationOf(item, merchantAccount))
    for (const { about, key, tells } of read) {
      if (about === 'payment' && key !== undefined && tells !== undefined) hear(key, tells)
    }
    return read
  }

  function hear(key: string, tells: string): void {
    const { event, success } = JSON.parse(tells) as ToldOutcome
    heard.put(key, tells, event === 'AUTHORISATION' && success ? 'authorised' : 'not-authorised')
  }
}

/** What `live` says is not signed; a key is of one of the two systems. An address that is neither may be a double's. */
function isOfOurSystem(
  sent: Json | undefined,
  { baseUrl = defaultSettings.baseUrl }: AdyenSettings,
): boolean {
  const { hostname } = new URL(baseUrl)
  const live = String(sent?.live)
  if (live !== 'true' && live !== 'false') return false
  if (/(^|[.-])test\.adyen\.com$/.test(hostname)) return live === 'false'
  return /(^|\.)adyen(payments)?\.com$/.test(hostname) ? live === 'true' : true
}

type Told = Pick<Notification, 'about' | 'tells'>

function notificationOf(item: SignedItem, merchantAccount: string): Notification {
  const { eventCode, success, pspReference, originalReference, merchantReference } = item
  const id = [eventCode, pspReference, success].join(' ')
  const gatewayCode = success === 'true' ? eventCode : `${eventCode} success=false`
  if (item.merchantAccountCode !== merchantAccount) return { id, about: 'other', gatewayCode }
  const told = toldBy(item)
  const isCancelled = eventCode === 'TECHNICAL_CANCEL' && merchantReference.endsWith(cancelling)
  const key = isCancelled ? merchantReference.slice(0, -cancelling.length) : merchantReference
  return {
    id,
    ...told,
    gatewayCode,
    ...(ourKey.test(key) && { key }),
    gatewayReference: originalReference ?? pspReference,
  }
}

/**
 * What each event is about (https://docs.adyen.com/api-explorer/Webhooks/1/overview). What is not here is nothing of
 * Tonegate's: disputes, payouts, reports, orders, what was done in the Customer Area, and what Adyen adds.
 */
function toldBy(item: SignedItem): Told {
  const isDone = item.success === 'true'
  switch (item.eventCode) {
    case 'AUTHORISATION':
      return { about: 'payment', ...telling(item, 'AUTHORISATION') }
    case 'OFFER_CLOSED':
      return { about: 'payment', ...(isDone && telling(item, 'OFFER_CLOSED')) }
    case 'TECHNICAL_CANCEL':
      return { about: 'payment', ...(isDone && telling(item, 'TECHNICAL_CANCEL')) }
    case 'EXPIRE':
    case 'MANUAL_REVIEW_ACCEPT':
    case 'MANUAL_REVIEW_REJECT':
      return { about: 'payment' }
    case 'CAPTURE':
      return { about: isDone ? 'other' : 'capture-failed' }
    case 'CAPTURE_FAILED':
      return { about: 'capture-failed' }
    // To void and to refund are one thing here: the customer has the money, or not.
    case 'CANCELLATION':
    case 'CANCEL_OR_REFUND':
    case 'REFUND':
      return { about: isDone ? 'other' : 'refund-failed' }
    case 'REFUND_FAILED':
    case 'REFUNDED_REVERSED':
      return { about: 'refund-failed' }
    default:
      return { about: 'other' }
  }
}

function telling(
  { pspReference, value, currency, success, isDoubtful }: SignedItem,
  event: ToldOutcome['event'],
): Pick<Notification, 'tells'> {
  if (value === undefined || currency === undefined || isDoubtful) return {}
  const told: ToldOutcome = { event, success: success === 'true', pspReference, value, currency }
  return { tells: JSON.stringify(told) }
}
