import type { DoubleAnswer, DoubleRequest } from '../../test-double.ts'
import { fromStripeUnits } from '../stripe-units.ts'
import { createIntent, metadataOf } from './test-stripe-create.ts'
import { cancelIntent, captureIntent, type Intent } from './test-stripe-intents.ts'
import { failure } from './test-stripe-refusals.ts'
import { keep, missing, nameOf, type StripeState, shownMethod } from './test-stripe-state.ts'
import { confirmed } from './test-stripe-verdicts.ts'

/** A POST. */
export function writeTo(state: StripeState, { path, body }: DoubleRequest, key: string): DoubleAnswer {
  const [, , collection = '', id = '', verb] = path.split('/')
  const form = new URLSearchParams(body.toString())
  if (collection === 'refunds') return refund(state, form, key)
  if (collection === 'customers') return makeCustomer(state, form)
  if (collection === 'payment_methods') return shownMethod(keep(state, form.get('card[number]') ?? ''))
  if (!id) return createIntent(state, form, { key, isSetup: collection === 'setup_intents' })
  const intent = state.intents.get(id)
  if (!intent) return missing
  switch (verb) {
    case 'confirm':
      if (intent.status !== 'requires_confirmation') return unexpectedState(intent)
      return confirmed(state, intent, form)
    case 'capture':
      return captureIntent(intent, { form, ledger: state.ledger, key }) ?? unexpectedState(intent)
    default:
      return cancelIntent(intent, { form, ledger: state.ledger, key }) ?? unexpectedState(intent)
  }
}

function makeCustomer({ customers, methods }: StripeState, form: URLSearchParams): DoubleAnswer {
  if (form.has('payment_method') && !methods.has(form.get('payment_method') ?? '')) return missing
  const body = { id: `cus_${nameOf()}`, object: 'customer' }
  customers.set(body.id, body)
  return { status: 200, body }
}

function refund({ intents, ledger, refunds }: StripeState, form: URLSearchParams, key: string): DoubleAnswer {
  const intent = intents.get(form.get('payment_intent') ?? '')
  if (!intent) return missing
  const units = Number(form.get('amount') ?? intent.amount_received)
  const { amountMinor } = fromStripeUnits(units, String(intent.currency))
  if (ledger.refund({ key, reference: intent.id, amountMinor }) === 'refused') {
    const isAllBack = !ledger.moved()[intent.payment_key]
    return failure(400, {
      type: 'invalid_request_error',
      ...(isAllBack ? { code: 'charge_already_refunded' } : { param: 'amount' }),
    })
  }
  const made = {
    id: `re_${nameOf()}`,
    object: 'refund',
    status: 'succeeded',
    payment_intent: intent.id,
    amount: units,
    currency: intent.currency,
    metadata: metadataOf(form),
  }
  refunds.push(made)
  if (units === intent.amount_received) intent.is_refunded = true
  return { status: 200, body: made }
}

const unexpectedState = (intent: Intent): DoubleAnswer =>
  failure(400, {
    type: 'invalid_request_error',
    code: `${intent.object}_unexpected_state`,
    [intent.object]: { ...intent },
  })
