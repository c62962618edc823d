import { type Gateway, type KeptCardRequest, NotSent } from '../../model/gateway.ts'
import { textIn } from '../json-answer.ts'
import { askBeforePaying } from './ask-before-paying.ts'
import { askForIntent } from './intents/ask-for-intent.ts'
import { formOfIntent, isSetup } from './intents/intent-form.ts'
import type { KnownIntents } from './intents/known-intents.ts'
import { codeOf } from './read-error.ts'
import { formOf, type StripeAnswer, type StripeCalls, type StripeForm } from './stripe-calls.ts'
import { defaultSettings, type StripeSettings } from './stripe-settings.ts'
import { formsOfVersion } from './stripe-version.ts'

/**
 * Pays by a card that Stripe keeps: the token is a PaymentMethod, and Stripe tells whose it is. A payment that the
 * merchant asks for alone is `off_session`; where the customer asks for it, it is as any other of its channel.
 */
export function stripeAuthoriseKept(
  calls: StripeCalls,
  { intents, settings }: { readonly intents: KnownIntents; readonly settings: StripeSettings },
): NonNullable<Gateway['authoriseKept']> {
  return async (request) => {
    if (isSetup(request)) throw new NotSent('A kept card cannot be verified or kept again.')
    const form = initiated(formOfIntent(request, settings), request, settings)
    const method = await methodOf(calls, request)
    if (method.is === 'refusal') return { status: 'error', gatewayCode: codeOf(method.error) }
    const customer = textIn(method.object, 'customer')
    if (customer === undefined) return { status: 'error', gatewayCode: 'payment_method_without_customer' }
    const body = Buffer.from(formOf({ ...form, customer, payment_method: request.token }))
    return askForIntent(calls, { request, intents, body })
  }
}

/**
 * The flags of who asks for the payment. Nobody is there to be asked by the bank where the merchant does, nor has the card
 * been told on the telephone then.
 */
function initiated(form: StripeForm, { initiator }: KeptCardRequest, settings: StripeSettings): StripeForm {
  if (initiator === 'customer') return form
  const { apiVersion, credentialUsage } = { ...defaultSettings, ...settings }
  return {
    ...form,
    off_session: true,
    ...formsOfVersion(apiVersion).chargedFor(credentialUsage),
    'payment_method_options[card][moto]': undefined,
    confirmation_method: undefined,
    error_on_requires_action: undefined,
    return_url: undefined,
  }
}

/** @throws {NotSent} where Stripe's answer is not clear. */
const methodOf = (calls: StripeCalls, { token, signal }: KeptCardRequest): Promise<StripeAnswer> =>
  askBeforePaying(() => calls.get(`/v1/payment_methods/${encodeURIComponent(token)}`, {}, signal), {
    detail: 'Stripe did not say whose card it is.',
    signal,
  })
