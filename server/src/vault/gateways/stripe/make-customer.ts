import { type AuthorisationRequest, NotSent } from '../../model/gateway.ts'
import { textIn } from '../json-answer.ts'
import { askBeforePaying } from './ask-before-paying.ts'
import { formOfPayer } from './intents/intent-form.ts'
import { formOf, type StripeAnswer, type StripeCalls } from './stripe-calls.ts'

/**
 * Makes the customer whom a card is kept for; asked again with the same key it is the same one.
 *
 * @throws {NotSent} where Stripe's answer is not clear: the card has not been sent.
 */
export async function makeCustomer(
  calls: StripeCalls,
  request: Omit<AuthorisationRequest, 'card'>,
): Promise<{ readonly is: 'customer'; readonly id: string } | Extract<StripeAnswer, { is: 'refusal' }>> {
  const { idempotencyKey, order, signal } = request
  const form = {
    ...formOfPayer(request),
    description: order.reference,
    'metadata[tonegate_key]': idempotencyKey,
  }
  const made = await askBeforePaying(
    () =>
      calls.post({
        path: '/v1/customers',
        body: Buffer.from(formOf(form)),
        idempotencyKey: `${idempotencyKey}-customer`,
        signal,
      }),
    { detail, signal },
  )
  if (made.is === 'refusal') return made
  const id = textIn(made.object, 'id')
  if (textIn(made.object, 'object') !== 'customer' || id === undefined) throw new NotSent(detail)
  return { is: 'customer', id }
}

const detail = 'Stripe did not create a customer for the card.'
