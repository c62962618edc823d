import type { AskedBefore } from '../../model/gateway.ts'
import { amountDetails } from './cybersource-amounts.ts'
import { type CybersourceCalls, referenceOf } from './cybersource-calls.ts'
import { findDone, followUp } from './follow-up.ts'

/** What is taken is voided, what is held is reversed: by keys of their own, which the search finds them by. */
const undoings = {
  charge: {
    suffix: '-undo-void',
    path: '/pts/v2/voids',
    done: ['VOIDED'],
    application: 'ics_void',
    named: ['voidAmountDetails', 'voidAmount'],
  },
  authorise: {
    suffix: '-undo-auth',
    path: '/pts/v2/reversals',
    done: ['REVERSED'],
    application: 'ics_auth_reversal',
    named: ['reversalAmountDetails', 'reversedAmount'],
  },
} as const

/** Whether a payment was undone without having been found: it is found as if it had not been. */
export async function wasUndone(
  calls: CybersourceCalls,
  { idempotencyKey, signal }: AskedBefore,
): Promise<boolean> {
  for (const { suffix, application } of Object.values(undoings)) {
    const order = { idempotencyKey: `${idempotencyKey}${suffix}`, signal }
    if (await findDone(calls, order, { application })) return true
  }
  return false
}

/** @returns whether there was something: `false` when CyberSource knows nothing to undo. */
export async function undoWhateverThereIs(
  calls: CybersourceCalls,
  { idempotencyKey, purpose, order, signal }: AskedBefore,
): Promise<boolean> {
  const { transactionId } = referenceOf(idempotencyKey)
  const reversalInformation = { amountDetails: amountDetails(order) }
  const undo = async (kind: keyof typeof undoings): Promise<boolean> => {
    const { suffix, ...step } = undoings[kind]
    const code = `${idempotencyKey}${suffix}`
    const body = {
      clientReferenceInformation: { code, transactionId },
      ...(kind === 'authorise' && { reversalInformation }),
    }
    const answer = await followUp(calls, { idempotencyKey: code, signal }, { ...step, body })
    return answer.status === 'done'
  }
  const isVoided = purpose === 'charge' && (await undo('charge'))
  const isReversed = await undo('authorise')
  return isVoided || isReversed
}
