import type { Guid } from '../../base/guid.ts'
import { readAmount } from '../../base/money/read-amount.ts'
import { sumText } from '../../base/money/sum-text.ts'
import { Problem } from '../../base/problem.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { FollowUpKind, Gateways, Money } from '../model/gateway.ts'
import type { OrderedPayment, PaymentOrder, PaymentSummary } from '../model/payment-summary.ts'
import { prepareVaultRows } from '../model/vault-rows.ts'
import { createFollowUps } from './follow-up-payment.ts'
import { createGatewayCalls } from './gateway-calls.ts'
import { operationOf, summaryOf } from './operations/payment-summary.ts'

/** What a program does with approved payments; see `follow-up-payment.ts`. */
export interface PaymentOrders {
  /** @throws {Problem} `not-found` where there is no approved payment. */
  find(guid: Guid): Promise<PaymentSummary>
  /**
   * Carries out an order. Its operation is `pending` where the gateway has not answered in time.
   *
   * @throws {Problem} `not-found`; `invalid-request` where the amount cannot be read; `amount-not-possible` where there is
   *   not so much; `not-possible-now` where the payment does not allow it.
   */
  order(guid: Guid, order: PaymentOrder): Promise<OrderedPayment>
  /** Gives up every answer that is still waited for. */
  close(): void
}

export function createPaymentOrders(
  parts: Pick<StoreParts, 'store' | 'clock' | 'log'> & { readonly gateways: Gateways },
): PaymentOrders {
  const calls = createGatewayCalls(parts)
  const followUps = createFollowUps({ ...parts, rows: prepareVaultRows(parts.store), calls })
  return {
    find: async (guid) => summaryOf(await followUps.find(guid)),

    async order(guid, { kind, amount, name, repeat }) {
      const found = await followUps.find(guid)
      const amountMinor = amount === undefined ? undefined : minorOf(amount, found.authorised.currency)
      const wanted = { name, repeat, ...(amountMinor !== undefined && { amountMinor }) }
      const { earlier, order, payment } = await followUps[kind](guid, wanted)
      const done = payment.orders.find(({ idempotencyKey }) => idempotencyKey === order?.idempotencyKey)
      if (done) return { operation: operationOf(done), payment: summaryOf(payment) }
      throw anotherUnderWay(kind, earlier.at(-1)?.amount ?? payment.authorised)
    },

    close: calls.close,
  }
}

const anotherUnderWay = (kind: FollowUpKind, amount: Money) =>
  new Problem(
    'not-possible-now',
    `A ${kind} of ${sumText(amount)} is under way and its gateway has not answered. Try again later, or send an Idempotency-Key to start another one.`,
  )

function minorOf(text: string, currency: string): number {
  const read = readAmount(text, currency)
  if ('minor' in read) return read.minor
  throw new Problem('invalid-request', `The request is not valid: /amount ${read.wrong}.`, {
    errors: [{ path: '/amount', message: read.wrong }],
  })
}
