import type { AskedBefore, Gateway } from '../../model/gateway.ts'
import { type Json, objectIn, textIn } from '../json-answer.ts'
import type { CybersourceCalls } from './cybersource-calls.ts'
import { authenticationKey } from './payer-authentication/ask-before-payment.ts'
import { readFound } from './read-found.ts'
import { releaseHeld } from './release-held.ts'
import { reverseWhateverThereIs, wasReversed } from './reverse-whatever.ts'
import { isOfKey, searchByKey } from './search.ts'
import { applicationIn, codeIn, outcomeOf, readTransaction } from './transactions.ts'

/** After so long the search has everything that there is; and whoever still asks will not be told by it. */
const searchHasAllAfter = 3_600_000

const reversed = { status: 'error', gatewayCode: 'undone' } as const
const leftAtBank = { status: 'declined', reason: 'authentication-failed', gatewayCode: 'abandoned' } as const

/**
 * What became of a payment: the transaction search finds it, and its transaction is read. That nothing is found does not say
 * that there is nothing, and nothing can be sent again: the card is gone. Where a late approval is to be voided anyway,
 * CyberSource is told after an hour to reverse whatever it has of this key (a time-out void and reversal). Of a customer who
 * was sent to the bank and did not come back, CyberSource knows the question alone: then no payment was asked for.
 */
export function cybersourceReconcile(
  calls: CybersourceCalls,
  { now }: { readonly now: () => number },
): Gateway['reconcile'] {
  return async (asked) => {
    const age = now() - asked.requestedAt
    const isLate = age > searchHasAllAfter
    const isToBeReversed = asked.lateApproval === 'void' && isLate
    if (isToBeReversed && (await wasReversed(calls, asked))) return reversed
    const payment = await findPayment(calls, asked)
    if (payment) {
      const read = readFound(payment, { ...asked, age }, calls.settings.tokenType)
      return read?.status === 'held' ? releaseHeld(calls, read, asked) : read
    }
    if (isLate && (await endedAtBank(calls, asked))) return leftAtBank
    return isToBeReversed && (await reverseWhateverThereIs(calls, asked)) ? reversed : undefined
  }
}

/** A request that came a second time, and was refused for it, says nothing of the first. */
const duplicate = '104'

async function findPayment(
  calls: CybersourceCalls,
  { idempotencyKey, signal }: AskedBefore,
): Promise<Json | undefined> {
  const found = await searchByKey(calls, idempotencyKey, signal)
  const payments = found.filter((each) => !isDuplicate(each))
  const [payment] = [
    ...payments.filter((each) => outcomeOf(each, 'ics_auth') === '1'),
    ...payments.filter((each) => applicationIn(each, 'ics_auth')),
    ...payments,
  ]
  const id = textIn(payment, 'id')
  if (id === undefined) return undefined
  const read = await readTransaction(calls, id, signal)
  return isOfKey(read, idempotencyKey) ? read : undefined
}

const isDuplicate = (transaction: Json): boolean =>
  [objectIn(transaction, 'applicationInformation'), applicationIn(transaction, 'ics_auth')].some(
    (each) => codeIn(each, 'reasonCode') === duplicate,
  )

/** The customer's bank has been asked, and has not answered yet. */
const pending = '475'
/** It has answered no. */
const refused = '476'

/** Whether a customer was sent to the bank and did not come back with a yes, so that no payment was asked for. */
async function endedAtBank(
  calls: CybersourceCalls,
  { idempotencyKey, signal }: AskedBefore,
): Promise<boolean> {
  const key = authenticationKey(idempotencyKey)
  const found = await searchByKey(calls, key, signal)
  const last =
    found.find((each) => applicationIn(each, 'ics_pa_validate')) ??
    found.find((each) => applicationIn(each, 'ics_pa_enroll'))
  const id = textIn(last, 'id')
  if (id === undefined) return false
  const read = await readTransaction(calls, id, signal)
  if (!isOfKey(read, key)) return false
  const code = codeIn(objectIn(read, 'applicationInformation'), 'reasonCode')
  return code === (applicationIn(read, 'ics_pa_validate') ? refused : pending)
}
