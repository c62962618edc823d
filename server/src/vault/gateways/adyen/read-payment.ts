import type { GatewayAnswer, GatewayChallenge, Money } from '../../model/gateway.ts'
import { type Purpose, takesMoney } from '../../model/launch.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { detailsOf, type Json, objectIn, textIn } from '../json-answer.ts'
import { redirectChallenge } from '../redirect-challenge.ts'
import { adyenDeclineReason } from './adyen-decline-reasons.ts'
import { authorisedSum, isPart } from './authorised-sum.ts'
import { tokenOf } from './kept-card-token.ts'

/** What was asked for. */
export interface Asked {
  readonly idempotencyKey: string
  readonly purpose: Purpose
  /** Of zero, it only verified the card. */
  readonly order: Money
}

/** A part of the sum was authorised, which is none of the answers that were asked for. */
export interface HeldPart {
  readonly status: 'part'
  readonly gatewayReference: string
  /** What becomes of the payment when the part has been voided. */
  readonly declined: GatewayAnswer
}

type ReadPayment = GatewayAnswer | GatewayChallenge | HeldPart

/**
 * Reads what Adyen says of a payment.
 *
 * @throws {UnclearAnswer} when it is of another payment, or has no outcome yet: `Pending` and `Received` are told by a
 *   notification, later.
 */
export function readPayment(payment: Json, asked: Asked): ReadPayment {
  const resultCode = textIn(payment, 'resultCode')
  const merchantReference = textIn(payment, 'merchantReference')
  if (merchantReference !== undefined && merchantReference !== asked.idempotencyKey) {
    throw new UnclearAnswer('another payment')
  }
  switch (resultCode) {
    case 'Authorised':
      return authorised(payment, asked)
    case 'PartiallyAuthorised':
      return heldPart(payment, resultCode)
    case 'Refused':
    case 'Cancelled':
      return refused(payment, resultCode)
    case 'Error':
      return { status: 'error', ...verdictOf(payment, resultCode) }
    case 'RedirectShopper':
      return challengeOf(payment)
    case 'IdentifyShopper':
    case 'ChallengeShopper':
      // Asked for in the shop’s own page, which was not offered. Nothing is authorised before it is answered.
      return { status: 'declined', reason: 'authentication-failed', ...verdictOf(payment, resultCode) }
    default:
      throw new UnclearAnswer('a payment without an outcome')
  }
}

/**
 * The same of a payment that was asked for before: what is found, or comes back by way of a browser, has to name our
 * reference.
 *
 * @throws {UnclearAnswer} as {@link readPayment} does, and when it does not name it.
 */
export function readKnownPayment(payment: Json, asked: Asked): ReadPayment {
  const read = readPayment(payment, asked)
  if (textIn(payment, 'merchantReference') === asked.idempotencyKey) return read
  throw new UnclearAnswer('a payment that is not named')
}

function authorised(payment: Json, { idempotencyKey, purpose, order }: Asked): ReadPayment {
  const gatewayReference = referenceOf(payment)
  const isMoney = takesMoney(purpose) && order.amountMinor > 0
  const amount = isMoney ? authorisedSum(payment, order) : undefined
  if (amount && isPart(payment, amount, order)) return heldPart(payment, 'Authorised')
  const token = purpose === 'tokenise' ? tokenIn(payment, idempotencyKey) : undefined
  const { gatewayCode, details } = codeAndDetails(payment, 'Authorised')
  if (purpose === 'tokenise' && token === undefined) {
    return { status: 'error', gatewayReference, gatewayCode: 'no-token', details }
  }
  return {
    status: 'approved',
    gatewayReference,
    authorisationCode: textIn(objectIn(payment, 'additionalData'), 'authCode') ?? gatewayReference,
    ...(amount && { amount }),
    // Adyen takes at once what may be taken at once, and tells of it later.
    captured: isMoney && purpose === 'charge',
    ...(token !== undefined && { token }),
    gatewayCode,
    details,
  }
}

function referenceOf(payment: Json): string {
  const gatewayReference = textIn(payment, 'pspReference')
  if (gatewayReference === undefined) throw new UnclearAnswer('a payment without a reference')
  return gatewayReference
}

function heldPart(payment: Json, resultCode: string): HeldPart {
  const gatewayReference = referenceOf(payment)
  const { details } = codeAndDetails(payment, resultCode)
  const gatewayCode = 'PartiallyAuthorised'
  return {
    status: 'part',
    gatewayReference,
    declined: { status: 'declined', reason: 'insufficient-funds', gatewayReference, gatewayCode, details },
  }
}

function tokenIn(payment: Json, shopperReference: string): string | undefined {
  const more = objectIn(payment, 'additionalData')
  const storedPaymentMethodId =
    textIn(more, 'tokenization.storedPaymentMethodId') ?? textIn(more, 'recurring.recurringDetailReference')
  const shopper = textIn(more, 'tokenization.shopperReference') ?? textIn(more, 'recurring.shopperReference')
  const isOurs = shopper === undefined || shopper === shopperReference
  return storedPaymentMethodId && isOurs ? tokenOf({ storedPaymentMethodId, shopperReference }) : undefined
}

const refused = (payment: Json, resultCode: string): GatewayAnswer => ({
  status: 'declined',
  reason: adyenDeclineReason(textIn(payment, 'refusalReasonCode')),
  ...verdictOf(payment, resultCode),
})

function verdictOf(payment: Json, resultCode: string) {
  const gatewayReference = textIn(payment, 'pspReference')
  return {
    ...(gatewayReference !== undefined && { gatewayReference }),
    ...codeAndDetails(payment, textIn(payment, 'refusalReasonCode') ?? resultCode),
  }
}

function challengeOf(payment: Json): GatewayChallenge {
  const action = objectIn(payment, 'action')
  const url = textIn(action, 'url')
  if (textIn(action, 'type') !== 'redirect' || url === undefined) {
    throw new UnclearAnswer('an action that is not a redirect')
  }
  if (textIn(action, 'method') !== 'POST') return redirectChallenge(url)
  const fields = detailsOf(objectIn(action, 'data') ?? {})
  return { status: 'challenge', challenge: { url, fields } }
}

function codeAndDetails(payment: Json, gatewayCode: string) {
  const more = objectIn(payment, 'additionalData')
  const method = objectIn(payment, 'paymentMethod')
  const details = detailsOf({
    pspReference: payment.pspReference,
    resultCode: payment.resultCode,
    merchantReference: payment.merchantReference,
    refusalReason: payment.refusalReason,
    refusalReasonCode: payment.refusalReasonCode,
    refusalReasonRaw: more?.refusalReasonRaw,
    authCode: more?.authCode,
    acquirerReference: more?.acquirerReference,
    networkTxReference: more?.networkTxReference,
    avsResult: more?.avsResult,
    cvcResult: more?.cvcResult,
    fraudScore: objectIn(payment, 'fraudResult')?.accountScore,
    fraudResultType: more?.fraudResultType,
    paymentMethod: method?.brand ?? more?.paymentMethod,
    cardSummary: more?.cardSummary,
    issuerCountry: more?.issuerCountry,
    fundingSource: more?.fundingSource,
    liabilityShift: more?.liabilityShift,
    shopperReference: more?.['tokenization.shopperReference'] ?? more?.['recurring.shopperReference'],
    storedPaymentMethodId:
      more?.['tokenization.storedPaymentMethodId'] ?? more?.['recurring.recurringDetailReference'],
  })
  return { gatewayCode, details }
}
