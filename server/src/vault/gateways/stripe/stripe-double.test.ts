import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type StripeDouble, startStripeDouble, stripeApiKey } from './double/test-stripe.ts'

let double: StripeDouble
before(async () => {
  double = await startStripeDouble()
})
after(() => double.close())

const card = {
  'payment_method_data[type]': 'card',
  'payment_method_data[card][number]': '4242424242424242',
  'payment_method_data[card][exp_month]': '12',
  'payment_method_data[card][exp_year]': '2030',
}
const payment = { amount: '1240', currency: 'gbp', confirm: 'true', ...card }

async function ask(
  method: 'GET' | 'POST',
  path: string,
  form: Readonly<Record<string, string>>,
  version = '2026-10-28.endive',
) {
  const body = new URLSearchParams(form).toString()
  const url = `${double.url}/v1/${path}${method === 'GET' && body ? `?${body}` : ''}`
  const headers = {
    authorization: `Bearer ${stripeApiKey}`,
    'stripe-version': version,
    'content-type': 'application/x-www-form-urlencoded',
  }
  const answer = await fetch(url, { method, headers, ...(method === 'POST' && { body }) })
  const { error } = (await answer.json()) as { readonly error?: Readonly<Record<string, string>> }
  return [answer.status, error?.code ?? error?.message?.replace(/[:(].*/, '').trim()]
}

for (const [method, path, form, code] of [
  ['POST', 'payment_intents', { ...payment, wallet: 'x' }, 'parameter_unknown'],
  ['POST', 'payment_intents', { ...payment, 'payment_method_data[card][pan]': '1' }, 'parameter_unknown'],
  [
    'POST',
    'payment_intents',
    { ...payment, 'payment_method_types[0]': 'card' },
    'payment_method_types_no_longer_supported',
  ],
  [
    'POST',
    'payment_intents',
    { ...payment, 'payment_method_options[card][request_partial_authorization]': 'never' },
    'parameter_unknown',
  ],
  ['POST', 'payment_intents', { ...payment, capture_method: 'sometimes' }, 'Invalid value'],
  ['POST', 'payment_intents', { ...payment, confirm: 'yes' }, 'Invalid value'],
  ['POST', 'payment_intents', { ...payment, amount: '12.40' }, 'Invalid value'],
  ['POST', 'payment_intents', { ...payment, description: '' }, 'parameter_invalid_empty'],
  ['POST', 'payment_intents', { currency: 'gbp', ...card }, 'parameter_missing'],
  [
    'POST',
    'payment_intents',
    { ...payment, 'expand[0]': 'latest_attempt' },
    'This property cannot be expanded',
  ],
  ['POST', 'payment_intents', { ...payment, customer: 'cus_other' }, 'resource_missing'],
  ['POST', 'setup_intents', { ...card, amount: '1240' }, 'parameter_unknown'],
  ['POST', 'setup_intents', { ...card, 'expand[0]': 'latest_charge' }, 'This property cannot be expanded'],
  ['POST', 'setup_intents/seti_1/confirm', { error_on_requires_action: 'true' }, 'parameter_unknown'],
  ['POST', 'setup_intents/seti_1/cancel', { cancellation_reason: 'fraudulent' }, 'Invalid value'],
  ['POST', 'payment_intents/pi_1/void', {}, 'Unrecognized request URL'],
  ['POST', 'charges', {}, 'Unrecognized request URL'],
  ['GET', 'setup_intents/seti_1', { 'expand[0]': 'latest_charge' }, 'This property cannot be expanded'],
  ['GET', 'setup_intents/search', {}, 'resource_missing'],
  ['GET', 'payment_intents/search', {}, 'parameter_missing'],
  ['GET', 'payment_intents', { 'created[from]': '1' }, 'parameter_unknown'],
] as const) {
  test(`the double refuses as Stripe does: ${method} ${path} ${Object.keys(form).at(-1) ?? ''} is ${code}`, async () => {
    const [status, said] = await ask(method, path, form)
    assert.equal(said, code)
    assert.ok(status === 400 || status === 404)
  })
}

test('the double knows what a version of the API knows', async () => {
  const types = { ...payment, 'payment_method_types[0]': 'card' }
  const allowed = { ...payment, 'allowed_payment_method_types[0]': 'card' }
  const usage = { ...payment, 'payment_method_options[card][stored_credential_usage]': 'recurring' }
  for (const [version, form, code] of [
    ['2025-09-30.clover', types, undefined],
    ['2025-09-30.clover', allowed, 'parameter_unknown'],
    ['2026-08-26.dahlia', allowed, undefined],
    ['2026-08-26.dahlia', types, undefined],
    ['2026-09-30.endive', types, 'payment_method_types_no_longer_supported'],
    ['2026-09-30.endive', usage, 'parameter_unknown'],
    ['2026-10-28.endive', usage, undefined],
  ] as const) {
    double.forgetKeys()
    assert.equal((await ask('POST', 'payment_intents', form, version))[1], code, version)
  }
})
