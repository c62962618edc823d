import { type AskedBefore, type AuthorisationRequest, NotSent } from '../../../model/gateway.ts'
import { takesMoney } from '../../../model/launch.ts'
import { customerOf, fullNameOf } from '../../customer-of.ts'
import type { StripeForm } from '../stripe-calls.ts'
import { defaultSettings, type StripeSettings } from '../stripe-settings.ts'
import { toStripeUnits } from '../stripe-units.ts'
import { formsOfVersion } from '../stripe-version.ts'
import { shownWith } from './intent-of.ts'

type Asked = Omit<AuthorisationRequest, 'card'>

/** Whether no money is to move: a card is verified or kept by a SetupIntent. */
export const isSetup = ({ purpose, order }: Pick<AskedBefore, 'purpose' | 'order'>): boolean =>
  !takesMoney(purpose) || order.amountMinor === 0

export const pathOf = (request: Asked): string =>
  isSetup(request) ? '/v1/setup_intents' : '/v1/payment_intents'

/**
 * An intent that is made and confirmed in one request. Where the customer's bank may ask the customer, it is confirmed by
 * hand. Stripe approves of a part of the sum only where a request allows it, and none does.
 *
 * @throws {NotSent} when the sum cannot be said in Stripe's units.
 */
export function formOfIntent(request: Asked, settings: StripeSettings): StripeForm {
  const { idempotencyKey, purpose, order, channel, challengeReturnUrl } = request
  const { apiVersion, credentialUsage } = { ...defaultSettings, ...settings }
  const forms = formsOfVersion(apiVersion)
  return {
    confirm: true,
    ...forms.cardOnly,
    'metadata[tonegate_key]': idempotencyKey,
    'metadata[tonegate_purpose]': purpose,
    'metadata[reference]': order.reference,
    description: order.reference,
    return_url: challengeReturnUrl,
    ...(channel === 'moto' && { 'payment_method_options[card][moto]': true }),
    ...shownWith(pathOf(request)),
    ...(isSetup(request)
      ? { usage: 'off_session', ...(purpose === 'tokenise' && forms.keptFor(credentialUsage)) }
      : formOfMoney(request, settings)),
  }
}

function formOfMoney({ purpose, order, challengeReturnUrl }: Asked, settings: StripeSettings): StripeForm {
  return {
    amount: unitsOf(order),
    currency: order.currency.toLowerCase(),
    capture_method: purpose === 'charge' ? 'automatic' : 'manual',
    statement_descriptor_suffix: settings.statementDescriptorSuffix,
    ...(challengeReturnUrl === undefined
      ? { error_on_requires_action: true }
      : { confirmation_method: 'manual' }),
  }
}

/** @throws {NotSent} as {@link formOfIntent} does. */
export function unitsOf(order: Asked['order']): number {
  const units = toStripeUnits(order)
  if (units < 0) throw new NotSent('An amount must not be negative.')
  return units
}

/** Who pays, as far as the merchant's program has told. */
export function formOfPayer({ initialValues }: Asked): StripeForm {
  const customer = customerOf(initialValues)
  const { email, phone, street, city, postalCode, state, country } = customer
  return {
    name: fullNameOf(customer),
    email,
    phone,
    'address[line1]': street,
    'address[city]': city,
    'address[postal_code]': postalCode,
    'address[state]': state,
    'address[country]': country,
  }
}

/** A form below a member of another: `address[city]` is `billing_details[address][city]` then. */
export const below = (member: string, form: StripeForm): StripeForm =>
  Object.fromEntries(
    Object.entries(form).map(([name, value]) => [name.replace(/^\w+/, `${member}[$&]`), value]),
  )
