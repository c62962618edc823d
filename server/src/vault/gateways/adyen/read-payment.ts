import type { GatewayAnswer, GatewayChallenge } from '../../gateway.ts'
import { type Purpose, takesMoney } from '../../launch.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { detailsOf, integerIn, type Json, objectIn, textIn } from '../json-answer.ts'
import { redirectChallenge } from '../redirect-challenge.ts'
import { adyenDeclineReason } from './adyen-decline-reasons.ts'
import { fromAdyenAmount } from './adyen-units.ts'

/** What was asked for. */
export interface Asked {
  readonly idempotencyKey: string
  readonly purpose: Purpose
  /** Of zero, it only verified the card. */
  readonly amountMinor: number
}

/**
 * Reads what Adyen says of a payment.
 *
 * @throws {UnclearAnswer} when it is of another payment, or has no outcome yet: `Pending` and `Received` are told by a
 *   notification, later.
 */
export function readPayment(payment: Json, asked: Asked): GatewayAnswer | GatewayChallenge {
  const resultCode = textIn(payment, 'resultCode')
  const merchantReference = textIn(payment, 'merchantReference')
  if (merchantReference !== undefined && merchantReference !== asked.idempotencyKey) {
    throw new UnclearAnswer('another payment')
  }
  switch (resultCode) {
    case 'Authorised':
    case 'PartiallyAuthorised':
      return authorised(payment, asked)
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
 * reference and, where money was authorised, its sum.
 *
 * @throws {UnclearAnswer} as {@link readPayment} does, and when it names either of them not.
 */
export function readKnownPayment(payment: Json, asked: Asked): GatewayAnswer | GatewayChallenge {
  const read = readPayment(payment, asked)
  const isMoney = asked.purpose !== 'tokenise' && asked.amountMinor > 0
  const isNamed = textIn(payment, 'merchantReference') === asked.idempotencyKey
  const isSumNamed = !('captured' in read) || !isMoney || read.amount !== undefined
  if (!isNamed || !isSumNamed) throw new UnclearAnswer('a payment that is not named')
  return read
}

function authorised(payment: Json, { purpose, amountMinor }: Asked): GatewayAnswer {
  const gatewayReference = textIn(payment, 'pspReference')
  if (gatewayReference === undefined) throw new UnclearAnswer('a payment without a reference')
  const amount = objectIn(payment, 'amount')
  const value = integerIn(amount, 'value')
  const currency = textIn(amount, 'currency')
  const more = objectIn(payment, 'additionalData')
  const token =
    textIn(more, 'tokenization.storedPaymentMethodId') ?? textIn(more, 'recurring.recurringDetailReference')
  const isMoney = takesMoney(purpose) && amountMinor > 0
  return {
    status: 'approved',
    gatewayReference,
    authorisationCode: textIn(more, 'authCode') ?? gatewayReference,
    ...(isMoney &&
      value !== undefined &&
      currency !== undefined && { amount: fromAdyenAmount({ value, currency }) }),
    // Adyen takes at once what may be taken at once, and tells of it later.
    captured: isMoney && purpose === 'charge',
    ...(token !== undefined && { token }),
    ...codeAndDetails(payment, textIn(payment, 'resultCode') ?? ''),
  }
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
    throw new UnclearAnswer('an action that is no redirect')
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
