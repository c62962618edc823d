import type { AskedBefore, Gateway, GatewayAnswer } from '../../gateway.ts'
import { takesMoney } from '../../launch.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { type Json, objectIn, textIn } from '../json-answer.ts'
import type { AdyenCalls } from './adyen-calls.ts'
import { toAdyenAmount } from './adyen-units.ts'
import { handIn, readCompleted } from './complete-challenge.ts'
import type { KnownPayments } from './known-payments.ts'
import { readKnownPayment } from './read-payment.ts'

/** A request that was sent has reached Adyen after so long, or never will. */
const longestUnderWay = 15 * 60_000

/**
 * What became of a payment, as far as Adyen tells: there is no way to look one up. Three things are done.
 *
 * What a customer came back with is handed in again: Adyen answers the same.
 *
 * The payment is asked for again with its key and without its card. Where Adyen keeps the first answer, it gives it
 * again (for a week at least, and no longer is it looked for); where it does not, it refuses a payment without a card,
 * so that no money can move. Therefore only an answer that names a card is believed.
 *
 * Where a late approval is to be undone anyhow, what there may be is cancelled by our reference, once. Adyen tells the
 * outcome of that by notification alone, so that the payment's stays unknown.
 */
export function adyenReconcile(
  calls: AdyenCalls,
  { payments, now }: { readonly payments: KnownPayments; readonly now: () => number },
): Gateway['reconcile'] {
  const { merchantAccount } = calls

  return async (asked) => {
    const { idempotencyKey, signal } = asked
    const known = payments.find(idempotencyKey)
    if (known?.answered) return readCompleted(known.answered, known)
    if (known?.details) return handIn(calls, known, { payments, isAgain: true, idempotencyKey, signal })
    const found = await askAgain(asked)
    if (!found && isToBeCancelled(asked, now())) await cancelByReference(asked)
    return found
  }

  async function askAgain({
    idempotencyKey,
    purpose,
    order,
    signal,
  }: AskedBefore): Promise<GatewayAnswer | undefined> {
    const amount = toAdyenAmount(takesMoney(purpose) ? order : { ...order, amountMinor: 0 })
    const reference = idempotencyKey
    const paymentMethod = { type: 'scheme' }
    const returnUrl = 'https://return.invalid/'
    const again = { paymentMethod, merchantAccount, amount, reference, returnUrl }
    const answer = await calls
      .post({ path: '/payments', body: Buffer.from(JSON.stringify(again)), idempotencyKey, signal })
      .catch(unlessUnclear)
    if (answer?.is !== 'object' || !namesItsCard(answer.object)) return undefined
    if (textIn(answer.object, 'merchantReference') !== idempotencyKey) return undefined
    const read = readKnownPayment(answer.object, { idempotencyKey, purpose, amountMinor: order.amountMinor })
    // Whether what the customer came back with was handed in, only its own answer tells.
    return read.status === 'challenge' ? undefined : read
  }

  async function cancelByReference({ idempotencyKey, signal }: AskedBefore): Promise<void> {
    const key = `${idempotencyKey}-cancel`
    const cancel = { merchantAccount, paymentReference: idempotencyKey, reference: key }
    await calls.post({
      path: '/cancels',
      body: Buffer.from(JSON.stringify(cancel)),
      idempotencyKey: key,
      signal,
    })
  }
}

const isToBeCancelled = ({ lateApproval, purpose, order, requestedAt }: AskedBefore, now: number): boolean =>
  lateApproval === 'void' &&
  takesMoney(purpose) &&
  order.amountMinor > 0 &&
  now > requestedAt + longestUnderWay

function unlessUnclear(error: unknown): undefined {
  if (!(error instanceof UnclearAnswer)) throw error
}

function namesItsCard(payment: Json): boolean {
  const more = objectIn(payment, 'additionalData')
  return [textIn(objectIn(payment, 'paymentMethod'), 'brand'), textIn(more, 'cardSummary')].some(
    (named) => named !== undefined,
  )
}
