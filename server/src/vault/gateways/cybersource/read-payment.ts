import type { GatewayAnswer } from '../../gateway.ts'
import { type Purpose, takesMoney } from '../../launch.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { detailsOf, type Json, objectIn, textIn } from '../json-answer.ts'
import { amountIn } from './cybersource-amounts.ts'
import { meaningOf, reasonCodeOf } from './cybersource-reasons.ts'

/** The bank has authorised a payment that CyberSource's rules reject: the money is still held. */
export interface HeldThoughRejected {
  readonly status: 'held-though-rejected'
  readonly gatewayReference: string
  readonly declined: Extract<GatewayAnswer, { status: 'declined' }>
}

/** What was asked for. */
export interface AskedPayment {
  readonly purpose: Purpose
  readonly tokenType: string
}

/**
 * What an answer to a payment says, by its `status`. Only `AUTHORIZED` has captured what was to be captured: a payment
 * that is held for review is captured when somebody has accepted it.
 *
 * @throws {UnclearAnswer} when its status is none that is known.
 */
export function readPayment(answer: Json, asked: AskedPayment): GatewayAnswer | HeldThoughRejected {
  const gatewayReference = textIn(answer, 'id')
  const status = textIn(answer, 'status')
  if (gatewayReference === undefined) throw new UnclearAnswer('a payment without an id')
  switch (status) {
    case 'AUTHORIZED':
    case 'PARTIAL_AUTHORIZED':
      return authorised(answer, gatewayReference, asked)
    case 'AUTHORIZED_PENDING_REVIEW':
    case 'PENDING_REVIEW':
      return {
        ...{ status: 'review', gatewayReference, captured: false },
        ...said(answer, 'REVIEW'),
        ...sumOf(answer, asked),
      }
    case 'AUTHORIZED_RISK_DECLINED': {
      const declined = { ...declinedBy(answer, gatewayReference), status: 'declined' } as const
      return {
        status: 'held-though-rejected',
        gatewayReference,
        declined: { ...declined, reason: 'suspected-fraud' },
      }
    }
    case 'DECLINED':
    case 'PENDING_AUTHENTICATION':
      return declinedBy(answer, gatewayReference)
    default:
      throw new UnclearAnswer('a payment with an unknown status')
  }
}

function authorised(answer: Json, gatewayReference: string, asked: AskedPayment): GatewayAnswer {
  const token = tokenIn(answer, asked.tokenType)
  if (asked.purpose === 'tokenise' && token === undefined) {
    return { status: 'error', gatewayReference, gatewayCode: 'no-token', ...detailsIn(answer, 'ERROR') }
  }
  return {
    ...{ status: 'approved', gatewayReference, captured: asked.purpose === 'charge' },
    authorisationCode: textIn(objectIn(answer, 'processorInformation'), 'approvalCode') ?? '',
    ...said(answer, 'ACCEPT'),
    ...sumOf(answer, asked),
    ...(asked.purpose === 'tokenise' && token !== undefined && { token }),
  }
}

/** A card that is kept costs nothing, and its answer is of no sum. */
function sumOf(answer: Json, { purpose }: AskedPayment) {
  const amount = amountIn(objectIn(objectIn(answer, 'orderInformation'), 'amountDetails'))
  return takesMoney(purpose) && amount ? { amount } : {}
}

const tokenIn = (answer: Json, type: string): string | undefined =>
  textIn(objectIn(objectIn(answer, 'tokenInformation'), type), 'id')

function declinedBy(answer: Json, gatewayReference: string): GatewayAnswer {
  const responseCode = textIn(objectIn(answer, 'processorInformation'), 'responseCode')
  const meaning = meaningOf(reasonIn(answer) ?? textIn(answer, 'status'), responseCode)
  const gatewayCode = reasonIn(answer) ?? textIn(answer, 'status') ?? 'DECLINED'
  return meaning === 'failed'
    ? { status: 'error', gatewayReference, gatewayCode, ...detailsIn(answer, 'ERROR') }
    : {
        ...{ status: 'declined', reason: meaning, gatewayReference, gatewayCode },
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
