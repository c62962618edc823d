import type { DoubleAnswer } from '../../test-double.ts'
import type { TestLedger } from '../../test-ledger.ts'
import { fromStripeUnits } from '../stripe-units.ts'
import { failure } from './test-stripe-refusals.ts'

/** An intent of the double. Four members are the double's own, and are not shown. */
export type Intent = Record<string, unknown> & {
  readonly id: string
  readonly object: string
  status: string
  readonly payment_key: string
  readonly last4: string
  is_part?: boolean
  is_refunded?: boolean
}

interface Asked {
  readonly form: URLSearchParams
  readonly ledger: TestLedger
  readonly key: string
}

/** `undefined`: it is in no state for it. */
export function captureIntent(intent: Intent, { form, ledger, key }: Asked): DoubleAnswer | undefined {
  if (intent.status !== 'requires_capture') return undefined
  const units = Number(form.get('amount_to_capture'))
  const { amountMinor } = fromStripeUnits(units, String(intent.currency))
  if (ledger.capture({ key, reference: intent.id, amountMinor }) === 'refused') {
    return failure(400, { type: 'invalid_request_error', code: 'amount_too_large' })
  }
  Object.assign(intent, { status: 'succeeded', amount_received: units, amount_capturable: 0 })
  return shownIntent(intent, form)
}

/** `undefined`: it is in no state for it. */
export function cancelIntent(intent: Intent, { form, ledger, key }: Asked): DoubleAnswer | undefined {
  if (['succeeded', 'canceled', 'processing'].includes(intent.status)) return undefined
  if (intent.status === 'requires_capture') ledger.void({ key, reference: intent.id })
  Object.assign(intent, {
    status: 'canceled',
    cancellation_reason: form.get('cancellation_reason'),
    amount_capturable: 0,
  })
  return shownIntent(intent, form)
}

/** @param form which says whether its charge is shown, or named only. */
export function shownIntent(intent: Intent, form: URLSearchParams): DoubleAnswer {
  const { payment_key, last4, is_part, is_refunded, ...body } = intent
  if (intent.object === 'setup_intent') {
    const { amount, amount_received, amount_capturable, currency, capture_method, review, ...setup } = body
    return { status: 200, body: setup }
  }
  const isTaken = intent.status === 'succeeded'
  if (!isTaken && intent.status !== 'requires_capture' && !is_part) {
    return { status: 200, body: { ...body, latest_charge: null } }
  }
  const charge = chargeOf(intent, isTaken)
  const isShown = [...form].some(([name, value]) => name.startsWith('expand') && value === 'latest_charge')
  return { status: 200, body: { ...body, latest_charge: isShown ? charge : charge.id } }
}

const chargeOf = (intent: Intent, isTaken: boolean) => ({
  id: `ch_${intent.id}`,
  object: 'charge',
  status: 'succeeded',
  paid: true,
  captured: isTaken,
  refunded: intent.is_refunded ?? intent.status === 'canceled',
  amount: intent.amount,
  amount_captured: isTaken ? intent.amount_received : 0,
  currency: intent.currency,
  payment_intent: intent.id,
  outcome: {
    type: intent.review ? 'manual_review' : 'authorized',
    risk_level: 'normal',
    network_status: 'approved_by_network',
  },
  payment_method_details: {
    card: {
      amount_authorized: intent.amount,
      authorization_code: '123456',
      network_transaction_id: 'net-1',
      brand: 'visa',
      last4: intent.last4,
      checks: { cvc_check: 'pass', address_line1_check: null },
      ...(intent.is_part && { partial_authorization: { status: 'partially_authorized' } }),
    },
  },
})
