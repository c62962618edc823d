import type { DoubleAnswer } from '../../test-double.ts'
import { fromStripeUnits } from '../stripe-units.ts'
import { type Intent, shownIntent } from './test-stripe-intents.ts'
import { failure } from './test-stripe-refusals.ts'
import type { StripeState } from './test-stripe-state.ts'

/** The bank has nothing against it. */
export function confirmed(state: StripeState, intent: Intent, form: URLSearchParams): DoubleAnswer {
  if (intent.object === 'setup_intent') {
    const method = state.methods.get(String(intent.payment_method))
    if (method && typeof intent.customer === 'string') method.customer = intent.customer
    Object.assign(intent, { status: 'succeeded', next_action: null })
    return shownIntent(intent, form)
  }
  const captured = intent.capture_method !== 'manual'
  if (state.approvedPart !== undefined) {
    Object.assign(intent, { amount: state.approvedPart, is_part: true })
    state.approvedPart = undefined
  }
  state.ledger.authorise({
    key: String(intent.payment_key),
    reference: intent.id,
    amount: fromStripeUnits(Number(intent.amount), String(intent.currency)),
    captured,
  })
  Object.assign(intent, {
    status: captured ? 'succeeded' : 'requires_capture',
    next_action: null,
    [captured ? 'amount_received' : 'amount_capturable']: intent.amount,
  })
  return shownIntent(intent, form)
}

export function declined(
  intent: Intent,
  error: { readonly decline_code?: string; readonly code: string },
): DoubleAnswer {
  const whole = { type: 'card_error', ...error, charge: `ch_${intent.id}` }
  Object.assign(intent, {
    status: 'requires_payment_method',
    next_action: null,
    [intent.object === 'setup_intent' ? 'last_setup_error' : 'last_payment_error']: whole,
  })
  return failure(402, { ...whole, [intent.object]: { ...intent } })
}
