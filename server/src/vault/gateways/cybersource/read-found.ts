import type { AskedBefore, GatewayAnswer, Money } from '../../model/gateway.ts'
import { takesMoney } from '../../model/launch.ts'
import { detailsOf, type Json, objectIn, textIn } from '../json-answer.ts'
import { amountIn, isPartOf } from './cybersource-amounts.ts'
import { meaningOf } from './cybersource-reasons.ts'
import { isTaken } from './payment-request.ts'
import type { Held } from './read-payment.ts'
import { applicationIn, codeIn, outcomeOf } from './transactions.ts'

/** Reason codes of payments that the bank has authorised and CyberSource's rules hold for somebody to look at. */
const reviewed = ['200', '201', '230', '480']
/** The same, rejected. */
const rejected = ['400', '481', '520']
/** The bank has authorised a part of the sum. */
const partial = '110'

/** A failure or a time-out inside: nobody knows what came of it. */
const open = ['150', '151', '152', '250']

/** So long after it was asked for, CyberSource has written down all of a payment. */
const writtenWithin = 600_000

/** What was asked for, and how many milliseconds ago. */
interface Asked extends Pick<AskedBefore, 'purpose' | 'order'> {
  readonly age: number
}

/**
 * What a payment's transaction says of it, as CyberSource's record of it has it in full; `undefined` when it leaves that
 * open. Each service that it was made of has its own outcome: a payment is approved when the bank has authorised the sum
 * that was ordered and names it, when it was taken where it was to be, and when nothing of it all was declined.
 */
export function readFound(found: Json, asked: Asked, tokenType: string): GatewayAnswer | Held | undefined {
  const gatewayReference = textIn(found, 'id')
  if (gatewayReference === undefined) return undefined
  const overall = objectIn(found, 'applicationInformation')
  const codes = [codeIn(overall, 'reasonCode'), codeIn(applicationIn(found, 'ics_auth'), 'reasonCode')]
  const isOneOf = (some: readonly string[]) => codes.some((each) => some.includes(each ?? ''))
  const sum = amountIn(objectIn(objectIn(found, 'orderInformation'), 'amountDetails'), 'authorizedAmount')
  const held = (declined: GatewayAnswer): Held => ({
    status: 'held',
    gatewayReference,
    declined,
    ...(sum && { amount: sum }),
  })
  if (outcomeOf(found, 'ics_auto_full_auth_reversal') === '1') return declinedBy(found, codes[0])
  if (takesMoney(asked.purpose) && isPart(found, { codes, sum, order: asked.order })) {
    return held({ ...declinedBy(found, partial), status: 'declined', reason: 'insufficient-funds' })
  }
  const isAuthorised = outcomeOf(found, 'ics_auth') === '1'
  if (!isAuthorised && !(isOneOf(reviewed) && approvalCodeIn(found) !== undefined)) return readFailed(found)
  if (isOneOf(rejected)) {
    return held({ ...declinedBy(found, codes[0]), status: 'declined', reason: 'suspected-fraud' })
  }
  if (takesMoney(asked.purpose) && !sum) return undefined
  const authorised = {
    gatewayReference,
    ...(sum && takesMoney(asked.purpose) && { amount: sum }),
    ...(codes[0] !== undefined && { gatewayCode: codes[0] }),
  }
  const authorisationCode = approvalCodeIn(found) ?? ''
  if (isOneOf(reviewed)) {
    return {
      status: 'review',
      ...authorised,
      authorisationCode,
      captured: false,
      ...detailsIn(found, 'REVIEW'),
    }
  }
  const bill = isTaken(asked) ? outcomeOf(found, 'ics_bill') : '1'
  const isUnderWay = bill === undefined && codeIn(overall, 'rCode') !== '0' && asked.age < writtenWithin
  if (isUnderWay) return undefined
  if (codeIn(overall, 'rCode') === '0' || bill !== '1') return held(declinedBy(found, codeOfFailed(found)))
  if (codeIn(overall, 'rCode') === '-1') return undefined
  const token = tokenIn(found, tokenType)
  if (asked.purpose === 'tokenise' && token === undefined) {
    return { status: 'error', gatewayReference, gatewayCode: 'no-token', ...detailsIn(found, 'ERROR') }
  }
  return {
    status: 'approved',
    ...authorised,
    authorisationCode,
    captured: isTaken(asked),
    ...detailsIn(found, 'ACCEPT'),
    ...(asked.purpose === 'tokenise' && token !== undefined && { token }),
  }
}

function isPart(
  found: Json,
  {
    codes,
    sum,
    order,
  }: {
    readonly codes: readonly (string | undefined)[]
    readonly sum: Money | undefined
    readonly order: Money
  },
): boolean {
  const isSaid = /PARTIAL/.test(codeIn(applicationIn(found, 'ics_auth'), 'rFlag') ?? '')
  const isAuthorised = outcomeOf(found, 'ics_auth') === '1'
  return isSaid || codes.includes(partial) || (isAuthorised && isPartOf(sum, order))
}

/** An error, or an authorisation that is not told of, leaves open what the bank did. */
function readFailed(found: Json): GatewayAnswer | undefined {
  const overall = objectIn(found, 'applicationInformation')
  const auth = applicationIn(found, 'ics_auth')
  const outcome = auth ? codeIn(auth, 'rCode') : codeIn(overall, 'rCode')
  const code = codeIn(auth, 'reasonCode') ?? codeIn(overall, 'reasonCode')
  return outcome === '0' && !open.includes(code ?? '') ? declinedBy(found, code) : undefined
}

/** Why a payment that the bank has authorised came to nothing: by what was not done. */
function codeOfFailed(found: Json): string | undefined {
  const overall = codeIn(objectIn(found, 'applicationInformation'), 'reasonCode')
  const bill = codeIn(applicationIn(found, 'ics_bill'), 'reasonCode')
  return [bill, overall].find((each) => each !== undefined && each !== '100')
}

function declinedBy(
  found: Json,
  reasonCode: string | undefined,
): Extract<GatewayAnswer, { status: 'declined' | 'error' }> {
  const gatewayReference = textIn(found, 'id') ?? ''
  const meaning = meaningOf(reasonCode, textIn(objectIn(found, 'processorInformation'), 'responseCode'))
  const gatewayCode = reasonCode ?? 'DECLINED'
  return meaning === 'failed'
    ? { status: 'error', gatewayReference, gatewayCode, ...detailsIn(found, 'ERROR') }
    : { status: 'declined', reason: meaning, gatewayReference, gatewayCode, ...detailsIn(found, 'REJECT') }
}

const approvalCodeIn = (found: Json): string | undefined =>
  textIn(objectIn(found, 'processorInformation'), 'approvalCode')

const tokenIn = (found: Json, type: string): string | undefined =>
  textIn(objectIn(objectIn(found, 'paymentInformation'), type), 'id') ??
  textIn(objectIn(objectIn(found, 'tokenInformation'), type), 'id')

function detailsIn(found: Json, decision: 'ACCEPT' | 'REVIEW' | 'REJECT' | 'ERROR') {
  const processor = objectIn(found, 'processorInformation')
  return {
    details: detailsOf({
      requestID: textIn(found, 'id'),
      decision,
      reasonCode: codeIn(objectIn(found, 'applicationInformation'), 'reasonCode'),
      reconciliationID: textIn(applicationIn(found, 'ics_auth'), 'reconciliationId'),
      authorizationCode: textIn(processor, 'approvalCode'),
      retrievalReferenceNumber: textIn(processor, 'retrievalReferenceNumber'),
      authorizedDateTime: textIn(found, 'submitTimeUTC') ?? textIn(found, 'submitTimeUtc'),
    }),
  }
}
