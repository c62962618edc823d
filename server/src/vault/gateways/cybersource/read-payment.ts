import type { GatewayAnswer, Money } from '../../model/gateway.ts'
import { type Purpose, takesMoney } from '../../model/launch.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { detailsOf, type Json, objectIn, textIn } from '../json-answer.ts'
import { amountIn, isPartOf } from './cybersource-amounts.ts'
import { meaningOf, reasonCodeOf } from './cybersource-reasons.ts'
import { isTaken } from './payment-request.ts'

/** The bank holds something of a payment that is none: a part of the sum, or one that is rejected. It has to be voided. */
export interface Held {
  readonly status: 'held'
  readonly gatewayReference: string
  /** What is held; all that was asked for where it is not named. */
  readonly amount?: Money
  /** What the payment is when it has been voided. */
  readonly declined: GatewayAnswer
}

/** What was asked for. */
export interface AskedPayment {
  readonly purpose: Purpose
  readonly order: Money
  readonly tokenType: string
}

/**
 * What an answer to a payment says, by its `status`. Approved is the sum that was ordered, in the bank's words
 * (`authorizedAmount`): less of it is held and no payment. Only `AUTHORIZED` has captured what was to be captured: a payment
 * that is held for review is captured when somebody has accepted it.
 *
 * @throws {UnclearAnswer} when its status is none that is known, or the sum is not named.
 */
export function readPayment(answer: Json, asked: AskedPayment): GatewayAnswer | Held {
  const gatewayReference = textIn(answer, 'id')
  if (gatewayReference === undefined) throw new UnclearAnswer('a payment without an id')
  const held = (declined: GatewayAnswer): Held => {
    const amount = authorisedIn(answer)
    return { status: 'held', gatewayReference, declined, ...(amount && { amount }) }
  }
  switch (textIn(answer, 'status')) {
    case 'AUTHORIZED':
      if (isPart(answer, asked)) return held(partial(answer, gatewayReference))
      return authorised(answer, gatewayReference, asked)
    case 'PARTIAL_AUTHORIZED':
    case 'AUTHORIZED_PARTIAL':
      return held(partial(answer, gatewayReference))
    case 'AUTHORIZED_PENDING_REVIEW':
    case 'PENDING_REVIEW':
      if (isPart(answer, asked)) return held(partial(answer, gatewayReference))
      return {
        status: 'review',
        gatewayReference,
        captured: false,
        ...said(answer, 'REVIEW'),
        ...sumOf(answer, asked),
      }
    case 'AUTHORIZED_RISK_DECLINED':
      return held({ ...declinedBy(answer, gatewayReference), status: 'declined', reason: 'suspected-fraud' })
    case 'DECLINED': {
      if (openReasons.has(reasonIn(answer) ?? ''))
        throw new UnclearAnswer('a decline that reports an internal failure')
      const declined = declinedBy(answer, gatewayReference)
      return isHeldAllTheSame(answer, asked) ? held(declined) : declined
    }
    case 'PENDING_AUTHENTICATION':
      return declinedBy(answer, gatewayReference)
    default:
      throw new UnclearAnswer('a payment with an unknown status')
  }
}

/** A failure or a time-out inside: nobody knows what came of it, whatever the status. */
const openReasons = new Set([
  ...['SYSTEM_ERROR', 'SERVER_TIMEOUT', 'SERVICE_TIMEOUT', 'PROCESSOR_TIMEOUT', 'PROCESSOR_UNAVAILABLE'],
])

/** What the bank said that it has authorised. */
const authorisedIn = (answer: Json): Money | undefined =>
  amountIn(objectIn(objectIn(answer, 'orderInformation'), 'amountDetails'), 'authorizedAmount')

const isPart = (answer: Json, { purpose, order }: AskedPayment): boolean =>
  takesMoney(purpose) && isPartOf(authorisedIn(answer), order)

/** A refusal that comes after the bank's yes. */
function isHeldAllTheSame(answer: Json, { purpose }: AskedPayment): boolean {
  const code = textIn(objectIn(answer, 'processorInformation'), 'approvalCode')
  return takesMoney(purpose) && code !== undefined && (authorisedIn(answer)?.amountMinor ?? 0) > 0
}

function partial(answer: Json, gatewayReference: string): GatewayAnswer {
  return {
    status: 'declined',
    reason: 'insufficient-funds',
    gatewayReference,
    gatewayCode: 'PARTIAL_AUTHORIZED',
    ...detailsIn(answer, 'REJECT'),
  }
}

function authorised(answer: Json, gatewayReference: string, asked: AskedPayment): GatewayAnswer {
  const token = tokenIn(answer, asked.tokenType)
  if (asked.purpose === 'tokenise' && token === undefined) {
    return { status: 'error', gatewayReference, gatewayCode: 'no-token', ...detailsIn(answer, 'ERROR') }
  }
  const sum = sumOf(answer, asked)
  if (takesMoney(asked.purpose) && !sum.amount) throw new UnclearAnswer('a payment without an amount')
  // Offered to be captured, it has not been.
  if (isTaken(asked) && objectIn(objectIn(answer, '_links'), 'capture')) {
    throw new UnclearAnswer('a sale that was not captured')
  }
  return {
    status: 'approved',
    gatewayReference,
    captured: isTaken(asked),
    authorisationCode: textIn(objectIn(answer, 'processorInformation'), 'approvalCode') ?? '',
    ...said(answer, 'ACCEPT'),
    ...sum,
    ...(asked.purpose === 'tokenise' && token !== undefined && { token }),
  }
}

/** A card that is kept costs nothing, and its answer is of no sum. */
function sumOf(answer: Json, { purpose }: AskedPayment): { readonly amount?: Money } {
  const amount = takesMoney(purpose) ? authorisedIn(answer) : undefined
  return amount ? { amount } : {}
}

const tokenIn = (answer: Json, type: string): string | undefined =>
  textIn(objectIn(objectIn(answer, 'tokenInformation'), type), 'id')

function declinedBy(
  answer: Json,
  gatewayReference: string,
): Extract<GatewayAnswer, { status: 'declined' | 'error' }> {
  const responseCode = textIn(objectIn(answer, 'processorInformation'), 'responseCode')
  const meaning = meaningOf(reasonIn(answer) ?? textIn(answer, 'status'), responseCode)
  const gatewayCode = reasonIn(answer) ?? textIn(answer, 'status') ?? 'DECLINED'
  return meaning === 'failed'
    ? { status: 'error', gatewayReference, gatewayCode, ...detailsIn(answer, 'ERROR') }
    : {
        status: 'declined',
        reason: meaning,
        gatewayReference,
        gatewayCode,
        ...detailsIn(answer, 'REJECT'),
      }
}

const reasonIn = (answer: Json): string | undefined => textIn(objectIn(answer, 'errorInformation'), 'reason')

function said(answer: Json, decision: 'ACCEPT' | 'REVIEW') {
  const code = reasonIn(answer) ?? textIn(answer, 'status')
  return { ...(code !== undefined && { gatewayCode: code }), ...detailsIn(answer, decision) }
}

/** The names are those of the Simple Order API's reply, which result templates have. */
function detailsIn(answer: Json, decision: 'ACCEPT' | 'REVIEW' | 'REJECT' | 'ERROR') {
  const processor = objectIn(answer, 'processorInformation')
  const reason = reasonIn(answer)
  return {
    details: detailsOf({
      requestID: textIn(answer, 'id'),
      decision,
      reasonCode: decision === 'ACCEPT' ? '100' : reasonCodeOf(reason),
      reconciliationID: textIn(answer, 'reconciliationId'),
      status: textIn(answer, 'status'),
      reason,
      authorizationCode: textIn(processor, 'approvalCode'),
      processorResponse: textIn(processor, 'responseCode'),
      networkTransactionID: textIn(processor, 'transactionId') ?? textIn(processor, 'networkTransactionId'),
      retrievalReferenceNumber: textIn(processor, 'retrievalReferenceNumber'),
      avsCode: textIn(objectIn(processor, 'avs'), 'code'),
      cvCode: textIn(objectIn(processor, 'cardVerification'), 'resultCode'),
      authorizedDateTime: textIn(answer, 'submitTimeUtc'),
    }),
  }
}
