import { adyenKeys } from './adyen-result.ts'
import { connectorKeys } from './connector-result.ts'
import { cybersourceKeys } from './cybersource-result.ts'
import { orbitalKeys } from './orbital-result.ts'
import { ownKeys } from './own-result-keys.ts'
import type { Paid, ResultKeys } from './paid.ts'
import { stripeKeys } from './stripe-result.ts'

const templates = {
  cybersource: cybersourceKeys,
  orbital: orbitalKeys,
  stripe: stripeKeys,
  adyen: adyenKeys,
  connector: connectorKeys,
} as const satisfies Record<string, (paid: Paid) => ResultKeys>

export type ResultTemplateName = keyof typeof templates

export const resultTemplateNames = Object.keys(templates) as readonly ResultTemplateName[]

/** What an account configuration says of its results. */
export interface ResultSettings {
  /** Which of a gateway's result keys the result carries. */
  readonly resultTemplate: ResultTemplateName
  /** Keys of the configuration's own, and the templates of their values. */
  readonly resultKeys?: ResultKeys
}

/**
 * `paymentResultData` (contract/payment-api §4): what was sent as `paymentData`, over it the result template's keys,
 * the configuration's own, and the normalised set. All values are texts: null and what is not known are empty. A key
 * wins over one below it in whatever case, so a sender cannot override `AuthorisationCode`.
 */
export function paymentResultData(
  { resultTemplate, resultKeys = {} }: ResultSettings,
  paid: Paid,
): ResultKeys {
  return layered([
    echoed(paid),
    templates[resultTemplate](paid),
    amountKeys(paid),
    ownKeys(resultKeys, paid),
    normalisedKeys(paid),
  ])
}

/** @param layers the lowest first. */
function layered(layers: readonly ResultKeys[]): ResultKeys {
  const highest = new Map(
    layers.flatMap((keys, layer) => Object.keys(keys).map((name) => [name.toLowerCase(), layer] as const)),
  )
  return Object.fromEntries(
    layers.flatMap((keys, layer) =>
      Object.entries(keys).filter(([name]) => highest.get(name.toLowerCase()) === layer),
    ),
  )
}

function echoed({ paymentData }: Paid): ResultKeys {
  return Object.fromEntries(Object.entries(paymentData).map(([name, value]) => [name, value ?? '']))
}

/** The amount in minor units, where the request had it in major ones. */
function amountKeys({ order }: Paid): ResultKeys {
  return order ? { Amount: String(order.amountMinor), Currency: order.currency } : {}
}

function normalisedKeys({ result: { outcome, card, charge, failure } }: Paid): ResultKeys {
  return {
    paymentOutcome: outcome,
    cardBrand: card?.brand ?? '',
    cardLast4: card?.last4 ?? '',
    authorisationCode: charge?.authorisationCode ?? '',
    gatewayReference: charge?.gatewayReference ?? '',
    declineReason: charge?.declineReason ?? '',
    ...(charge?.token !== undefined && { cardToken: charge.token }),
    ...(failure && {
      paymentFailure: failure.what,
      paymentFailureAmount: String(failure.amountMinor),
      paymentFailureCode: failure.gatewayCode,
    }),
  }
}
