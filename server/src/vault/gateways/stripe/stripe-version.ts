import type { StripeForm } from './stripe-calls.ts'

/**
 * The parameters whose names depend on the version of the API (https://docs.stripe.com/changelog). Versions begin with
 * their dates.
 */
export interface VersionForms {
  /** That nothing but a card may pay. */
  readonly cardOnly: StripeForm
  /** What a card is kept for. */
  keptFor(usage: string): StripeForm
  /** What a kept card is charged for, when its customer is not there. */
  chargedFor(usage: string): StripeForm
}

export function formsOfVersion(version: string): VersionForms {
  const option = (name: string, usage: string): StripeForm =>
    version < '2026-10-28' ? {} : { [`payment_method_options[card][${name}]`]: usage }
  return {
    cardOnly: {
      [version < '2026-09-30' ? 'payment_method_types[0]' : 'allowed_payment_method_types[0]']: 'card',
    },
    keptFor: (usage) => option('setup_credential_usage', usage),
    chargedFor: (usage) => option('stored_credential_usage', usage),
  }
}
