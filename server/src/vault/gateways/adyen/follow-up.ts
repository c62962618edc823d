import type { FollowUp, FollowUpAnswer } from '../../model/gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { type Json, objectIn, textIn } from '../json-answer.ts'
import type { AdyenCalls } from './adyen-calls.ts'
import { toAdyenAmount } from './adyen-units.ts'

type Asked = Pick<FollowUp, 'idempotencyKey' | 'gatewayReference' | 'amount' | 'signal'>

/**
 * Asks for something to be done with a payment. Adyen answers that it has received that, and tells by notification
 * whether it could be done: `done` means that Adyen has taken it on.
 *
 * @param what the last part of its path.
 * @param sum whether a part of the payment can be named.
 */
export async function askFollowUp(
  calls: AdyenCalls,
  order: Asked,
  { what, sum }: { readonly what: string; readonly sum: 'named' | 'whole' },
): Promise<FollowUpAnswer> {
  const { idempotencyKey, gatewayReference, amount, signal } = order
  const { merchantAccount } = calls
  const answer = await calls.post({
    path: `/payments/${encodeURIComponent(gatewayReference)}/${what}`,
    body: Buffer.from(
      JSON.stringify({
        merchantAccount,
        reference: idempotencyKey,
        ...(sum === 'named' && { amount: toAdyenAmount(amount) }),
      }),
    ),
    idempotencyKey,
    signal,
  })
  // Nothing was begun: the same may be asked for again.
  if (answer.is === 'not-begun') throw new UnclearAnswer('not begun')
  if (answer.is === 'refusal') {
    // No decision about the payment: a key that is not accepted, or too many requests.
    if ([401, 403, 429].includes(answer.status)) throw new UnclearAnswer(`status ${answer.status}`)
    return { status: 'refused', gatewayCode: answer.errorCode }
  }
  if (textIn(answer.object, 'status') !== 'received') throw new UnclearAnswer('not received')
  if (!isOf(answer.object, order)) throw new UnclearAnswer('another payment')
  const reference = textIn(answer.object, 'pspReference')
  return { status: 'done', ...(reference !== undefined && { gatewayReference: reference }) }
}

/** Whether what Adyen has received is this order; what it does not name it does not deny. */
function isOf(received: Json, { idempotencyKey, gatewayReference, amount }: Asked): boolean {
  const named = objectIn(received, 'amount')
  const { value, currency } = toAdyenAmount(amount)
  return (
    [undefined, gatewayReference].includes(textIn(received, 'paymentPspReference')) &&
    [undefined, idempotencyKey].includes(textIn(received, 'reference')) &&
    (named === undefined || (named.value === value && named.currency === currency))
  )
}
