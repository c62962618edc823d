import type { AskedBefore } from '../../model/gateway.ts'
import { amountDetails } from './cybersource-amounts.ts'
import { type CybersourceCalls, referenceOf } from './cybersource-calls.ts'
import { findDone, followUp } from './follow-up.ts'

/** What is taken is voided, what is held is reversed: by keys of their own, which the search finds them by. */
const reversals = {
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

/** Whether a payment was reversed without having been found: it is found as if it had not been. */
export async function wasReversed(
  calls: CybersourceCalls,
  { idempotencyKey, signal }: AskedBefore,
): Promise<boolean> {
  for (const { suffix, application } of Object.values(reversals)) {
    const order = { idempotencyKey: `${idempotencyKey}${suffix}`, signal }
    if (await findDone(calls, order, { application })) return true
  }
  return false
}

/** @returns whether there was something: `false` when CyberSource knows nothing to reverse. */
export async function reverseWhateverThereIs(
  calls: CybersourceCalls,
  { idempotencyKey, purpose, order, signal }: AskedBefore,
): Promise<boolean> {
  const { transactionId } = referenceOf(idempotencyKey)
  const reversalInformation = { amountDetails: amountDetails(order) }
  const reverse = async (kind: keyof typeof reversals): Promise<boolean> => {
    const { suffix, ...step } = reversals[kind]
    const code = `${idempotencyKey}${suffix}`
    const body = {
      clientReferenceInformation: { code, transactionId },
      ...(kind === 'authorise' && { reversalInformation }),
    }
    const answer = await followUp(calls, { idempotencyKey: code, signal }, { ...step, body })
    return answer.status === 'done'
  }
  const isVoided = purpose === 'charge' && (await reverse('charge'))
  const isReversed = await reverse('authorise')
  return isVoided || isReversed
}
