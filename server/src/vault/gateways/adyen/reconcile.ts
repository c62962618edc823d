import type { AskedBefore, AtBank, Gateway, GatewayAnswer } from '../../model/gateway.ts'
import { takesMoney } from '../../model/launch.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import type { AdyenCalls } from './adyen-calls.ts'
import { toAdyenAmount } from './adyen-units.ts'
import { detailsOf } from './complete-challenge.ts'
import type { KnownPayments } from './known-payments.ts'
import type { HeardOutcomes } from './notifications/heard-outcomes.ts'
import { readOutcome } from './read-outcome.ts'
import { readKnownPayment } from './read-payment.ts'
import { releasePart } from './release-part.ts'
import { readCompleted, submitChallengeDetails } from './submit-challenge-details.ts'

/** A request that was sent has reached Adyen after so long, or never will. */
const maxUnderWay = 15 * 60_000

/**
 * What became of a payment, as far as Adyen tells: there is no way to look one up. Four things are done.
 *
 * What a customer came back with is handed in again: Adyen answers the same.
 *
 * The payment is asked for again with its key and without its card. Where Adyen has looked at the key it gives its first
 * answer again (for a week at least, and no longer is it looked for), and says so by a header; where it has not, it
 * refuses a payment without a card, so that no money can move.
 *
 * What Adyen has told by a notification counts where its answer has no outcome (`Pending`, `Received`), or was lost.
 *
 * Where a late approval is to be voided anyhow, what there may be is cancelled by our reference, once; a notification
 * tells what came of it.
 */
export function adyenReconcile(
  calls: AdyenCalls,
  {
    payments,
    heard,
    now,
  }: { readonly payments: KnownPayments; readonly heard: HeardOutcomes; readonly now: () => number },
): Gateway['reconcile'] {
  const { merchantAccount } = calls

  return async (asked) => {
    const { idempotencyKey, purpose, order, signal } = asked
    const known = payments.find(idempotencyKey)
    const what = { idempotencyKey, purpose, order }
    if (known?.answered) return readCompleted(calls, known.answered, { asked: what, signal })
    const details = known?.details ?? detailsOf(asked.cameBack ?? 'abandoned', known)
    if (Object.keys(details).length > 0) {
      return submitChallengeDetails(calls, details, { asked: what, payments, isAgain: true, signal }).catch(
        async (error) => {
          const heard = await hearOrCancel(asked)
          if (!heard) throw error
          return heard
        },
      )
    }
    const again = await askAgain(asked)
    if (again && again.status !== 'at-bank') return again
    return (await hearOrCancel(asked)) ?? again
  }

  async function askAgain(asked: AskedBefore): Promise<GatewayAnswer | AtBank | undefined> {
    const { idempotencyKey, purpose, order, signal } = asked
    const amount = toAdyenAmount(takesMoney(purpose) ? order : { ...order, amountMinor: 0 })
    const reference = idempotencyKey
    const paymentMethod = { type: 'scheme' }
    const returnUrl = 'https://return.invalid/'
    const again = { paymentMethod, merchantAccount, amount, reference, returnUrl }
    const answer = await calls
      .post({ path: '/payments', body: Buffer.from(JSON.stringify(again)), idempotencyKey, signal })
      .catch(unlessUnclear)
    if (answer?.is !== 'object' || !answer.isKeyed) return undefined
    const what = { idempotencyKey, purpose, order }
    const read = readIfClear(() => readKnownPayment(answer.object, what))
    if (read?.status === 'part') return releasePart(calls, read, { ...what, signal })
    // Whether what the customer came back with was handed in, only its own answer tells.
    return read?.status === 'challenge' ? { status: 'at-bank' } : read
  }

  async function hearOrCancel(asked: AskedBefore): Promise<GatewayAnswer | undefined> {
    const outcome = readOutcome(asked.told ?? heard.find(asked.idempotencyKey), asked)
    if (outcome?.status === 'part') return releasePart(calls, outcome, asked)
    if (!outcome && isToBeCancelled(asked, now())) await cancelByReference(asked)
    return outcome
  }

  async function cancelByReference({ idempotencyKey, signal }: AskedBefore): Promise<void> {
    const key = `${idempotencyKey}${cancelling}`
    const cancel = { merchantAccount, paymentReference: idempotencyKey, reference: key }
    await calls.post({
      path: '/cancels',
      body: Buffer.from(JSON.stringify(cancel)),
      idempotencyKey: key,
      signal,
    })
  }
}

/** What our reference of a cancellation has behind that of its payment. */
export const cancelling = '-cancel'

const isToBeCancelled = ({ lateApproval, purpose, order, requestedAt }: AskedBefore, now: number): boolean =>
  lateApproval === 'void' && takesMoney(purpose) && order.amountMinor > 0 && now > requestedAt + maxUnderWay

function unlessUnclear(error: unknown): undefined {
  if (!(error instanceof UnclearAnswer)) throw error
}

function readIfClear<Some>(read: () => Some): Some | undefined {
  try {
    return read()
  } catch (error) {
    return unlessUnclear(error)
  }
}
