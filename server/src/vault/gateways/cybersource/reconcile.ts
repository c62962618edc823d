import type { AskedBefore, Gateway, GatewayAnswer } from '../../gateway.ts'
import { takesMoney } from '../../launch.ts'
import { detailsOf, type Json, objectIn, textIn } from '../json-answer.ts'
import { amountDetails, amountIn } from './cybersource-amounts.ts'
import { type CybersourceCalls, referenceOf } from './cybersource-calls.ts'
import { meaningOf } from './cybersource-reasons.ts'
import { findDone, followUp } from './follow-up.ts'
import type { HeldThoughRejected } from './read-payment.ts'
import { releaseRejected } from './release-rejected.ts'
import { applicationIn, outcomeOf, searchByKey } from './search.ts'

/** After so long the search has everything that there is; and whoever still asks will not be told by it. */
const searchIsBehindBy = 3_600_000

/** Reason codes of payments that the bank has authorised and CyberSource's rules hold for somebody to look at. */
const reviewed = new Set(['200', '201', '230', '480'])
/** The same, rejected. */
const rejected = new Set(['400', '481', '520'])

/**
 * What became of a payment, by the transaction search. That it finds nothing does not say that there is nothing, and
 * nothing can be sent again: the card is gone. Where a late approval is to be undone anyway, CyberSource is told after
 * an hour to undo whatever it has of this key (a time-out void and reversal).
 */
export function cybersourceReconcile(
  calls: CybersourceCalls,
  { now }: { readonly now: () => number },
): Gateway['reconcile'] {
  return async (asked) => {
    const { idempotencyKey: key, signal, requestedAt } = asked
    const isToBeUndone = asked.lateApproval === 'void' && now() - requestedAt > searchIsBehindBy
    if (isToBeUndone && (await wasUndone(calls, asked))) return undone
    const found = await searchByKey(calls, key, signal)
    const payment = found.find((each) => applicationIn(each, 'ics_auth')) ?? found[0]
    if (payment) {
      const read = readFound(payment, asked, calls.tokenType)
      return read?.status === 'held-though-rejected'
        ? releaseRejected(calls, read, { key, amount: asked.order, signal })
        : read
    }
    return isToBeUndone ? undoWhateverThereIs(calls, asked) : undefined
  }
}

/** What a transaction that was found says of its payment; `undefined` when it leaves that open. */
function readFound(
  found: Json,
  { purpose }: AskedBefore,
  tokenType: string,
): GatewayAnswer | HeldThoughRejected | undefined {
  const gatewayReference = textIn(found, 'id')
  if (gatewayReference === undefined) return undefined
  const overall = objectIn(found, 'applicationInformation')
  const reasonCode = codeIn(overall)
  if (outcomeOf(found, 'ics_auth') !== '1') return readFailed(found, gatewayReference)
  if (outcomeOf(found, 'ics_auto_full_auth_reversal') === '1')
    return declinedBy(found, gatewayReference, reasonCode)
  if (rejected.has(reasonCode ?? '')) {
    const declined = { ...declinedBy(found, gatewayReference, reasonCode), status: 'declined' } as const
    return {
      status: 'held-though-rejected',
      gatewayReference,
      declined: { ...declined, reason: 'suspected-fraud' },
    }
  }
  const amount = amountIn(objectIn(objectIn(found, 'orderInformation'), 'amountDetails'))
  // Money that is found has a sum, or it is not known whose it is.
  if (!amount && purpose !== 'tokenise') return undefined
  const authorised = {
    gatewayReference,
    authorisationCode: textIn(objectIn(found, 'processorInformation'), 'approvalCode') ?? '',
    captured: outcomeOf(found, 'ics_bill') === '1',
    ...(amount && takesMoney(purpose) && { amount }),
    ...(reasonCode !== undefined && { gatewayCode: reasonCode }),
  }
  if (reviewed.has(reasonCode ?? '')) {
    return { status: 'review', ...authorised, captured: false, ...detailsIn(found, 'REVIEW') }
  }
  const token = textIn(objectIn(objectIn(found, 'paymentInformation'), tokenType), 'id')
  if (purpose === 'tokenise' && token === undefined) {
    return { status: 'error', gatewayReference, gatewayCode: 'no-token', ...detailsIn(found, 'ERROR') }
  }
  return {
    ...{ status: 'approved', ...authorised, ...detailsIn(found, 'ACCEPT') },
    ...(purpose === 'tokenise' && token !== undefined && { token }),
  }
}

/** An error, or an authorisation that is not told of, leaves open what the bank did. */
function readFailed(found: Json, gatewayReference: string): GatewayAnswer | undefined {
  const overall = objectIn(found, 'applicationInformation')
  const auth = applicationIn(found, 'ics_auth')
  const isDeclined =
    textIn(auth, 'rCode') === '0' || (auth?.rCode === undefined && textIn(overall, 'rCode') === '0')
  return isDeclined ? declinedBy(found, gatewayReference, codeIn(auth) ?? codeIn(overall)) : undefined
}

function declinedBy(found: Json, gatewayReference: string, reasonCode: string | undefined): GatewayAnswer {
  const meaning = meaningOf(reasonCode, textIn(objectIn(found, 'processorInformation'), 'responseCode'))
  const gatewayCode = reasonCode ?? 'DECLINED'
  return meaning === 'failed'
    ? { status: 'error', gatewayReference, gatewayCode, ...detailsIn(found, 'ERROR') }
    : { status: 'declined', reason: meaning, gatewayReference, gatewayCode, ...detailsIn(found, 'REJECT') }
}

/** The search has it as a text or as a number. */
function codeIn(json: Json | undefined): string | undefined {
  const code = json?.reasonCode
  return typeof code === 'number' ? String(code) : textIn(json, 'reasonCode')
}

function detailsIn(found: Json, decision: 'ACCEPT' | 'REVIEW' | 'REJECT' | 'ERROR') {
  const processor = objectIn(found, 'processorInformation')
  return {
    details: detailsOf({
      requestID: textIn(found, 'id'),
      decision,
      reasonCode: codeIn(objectIn(found, 'applicationInformation')),
      reconciliationID: textIn(applicationIn(found, 'ics_auth'), 'reconciliationId'),
      authorizationCode: textIn(processor, 'approvalCode'),
      retrievalReferenceNumber: textIn(processor, 'retrievalReferenceNumber'),
      authorizedDateTime: textIn(found, 'submitTimeUtc'),
    }),
  }
}

const undone = { status: 'error', gatewayCode: 'undone' } as const

/** What is taken is voided, what is held is reversed: by keys of their own, which the search finds them by. */
const undoings = {
  charge: { suffix: '-undo-void', path: '/pts/v2/voids', done: ['VOIDED'], application: 'ics_void' },
  authorise: {
    ...{ suffix: '-undo-auth', path: '/pts/v2/reversals', done: ['REVERSED'] },
    application: 'ics_auth_reversal',
  },
} as const

/** A payment that was undone is found as if it had not been. */
async function wasUndone(calls: CybersourceCalls, { idempotencyKey, signal }: AskedBefore): Promise<boolean> {
  for (const { suffix, application } of Object.values(undoings)) {
    const order = { idempotencyKey: `${idempotencyKey}${suffix}`, signal }
    if (await findDone(calls, order, { application })) return true
  }
  return false
}

/** `undefined` when CyberSource knows nothing of it to undo. */
async function undoWhateverThereIs(
  calls: CybersourceCalls,
  { idempotencyKey, purpose, order, signal }: AskedBefore,
): Promise<GatewayAnswer | undefined> {
  const { transactionId } = referenceOf(idempotencyKey)
  const undo = async ({ suffix, ...step }: (typeof undoings)[keyof typeof undoings]): Promise<boolean> => {
    const code = `${idempotencyKey}${suffix}`
    const body = {
      clientReferenceInformation: { code, transactionId },
      reversalInformation: { amountDetails: amountDetails(order) },
    }
    const answer = await followUp(calls, { idempotencyKey: code, signal }, { ...step, body })
    return answer.status === 'done'
  }
  const isVoided = purpose === 'charge' && (await undo(undoings.charge))
  const isReversed = await undo(undoings.authorise)
  return isVoided || isReversed ? undone : undefined
}
