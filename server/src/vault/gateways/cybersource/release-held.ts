import type { GatewayAnswer } from '../../model/gateway.ts'
import { takesMoney } from '../../model/launch.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { objectIn } from '../json-answer.ts'
import type { AskedPayment } from './asked-payment.ts'
import { amountIn } from './cybersource-amounts.ts'
import type { CybersourceCalls } from './cybersource-calls.ts'
import type { Held } from './read-payment.ts'
import { refundTaken } from './refund.ts'
import { outcomeOf, readRelated, readTransaction } from './transactions.ts'
import { reverse } from './void.ts'

/** CyberSource's words for an authorisation that is not held any more. */
const notHeld = new Set(['TRANSACTION_ALREADY_REVERSED_OR_SETTLED', 'TRANSACTION_ALREADY_SETTLED'])

/**
 * Voids what the bank holds for a payment that is none, so that it is declined in truth; what has been taken of it all
 * the same is refunded.
 *
 * @throws {UnclearAnswer} when it could not be voided: reconciliation tries it again.
 */
export async function releaseHeld(
  calls: CybersourceCalls,
  { gatewayReference, declined, amount: held }: Held,
  { idempotencyKey, purpose, order, signal }: AskedPayment,
): Promise<GatewayAnswer> {
  const amount = held ?? { amountMinor: order.amountMinor, currency: order.currency }
  if (!takesMoney(purpose) || amount.amountMinor === 0) return declined
  const reversal = { idempotencyKey: `${idempotencyKey}-rejected`, gatewayReference, amount, signal }
  const reversed = await reverse(calls, reversal)
  if (reversed.status === 'done') return declined
  const payment = await readTransaction(calls, gatewayReference, signal)
  const taken = [payment, ...(await readRelated(calls, payment, signal))].find(
    (each) => outcomeOf(each, 'ics_bill') === '1',
  )
  if (taken) {
    const sum = amountIn(objectIn(objectIn(payment, 'orderInformation'), 'amountDetails'), 'authorizedAmount')
    const path = taken === payment ? 'payments' : 'captures'
    const of = `/pts/v2/${path}/${encodeURIComponent(String(taken.id))}`
    const refund = { idempotencyKey: `${idempotencyKey}-returned`, amount: sum ?? amount, signal }
    if ((await refundTaken(calls, refund, of)).status === 'done') return declined
  } else if (notHeld.has(reversed.gatewayCode)) return declined
  throw new UnclearAnswer('an amount that the bank holds could not be released')
}
