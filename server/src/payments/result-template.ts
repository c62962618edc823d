import type { CaptureResult } from '../vault/capture-result.ts'
import type { Order } from '../vault/launch.ts'
import type { AccountConfiguration } from './account-configuration.ts'
import { cybersourceKeys } from './cybersource-result.ts'
import { orbitalKeys } from './orbital-result.ts'
import type { PaymentData } from './read-create-request.ts'

/** What a result is made of. Without an order when it was removed before the outcome was known. */
export interface Paid {
  readonly result: CaptureResult
  readonly order: Order | undefined
  readonly paymentData: PaymentData
}

/** The gateway's own result keys. */
export type ResultKeys = Readonly<Record<string, string>>

const templates: Readonly<Record<AccountConfiguration['resultTemplate'], (paid: Paid) => ResultKeys>> = {
  cybersource: cybersourceKeys,
  orbital: orbitalKeys,
}

/**
 * `paymentResultData` (contract/payment-api §4): the result template's keys, what was sent as `paymentData`, and
 * the normalised set. All values are texts: null and what is not known are empty. A result's key wins over one
 * that was sent, in whatever case, so that nobody can send an `AuthorisationCode` of his own.
 */
export function paymentResultData(template: AccountConfiguration['resultTemplate'], paid: Paid): ResultKeys {
  const own = { ...templates[template](paid), ...amountKeys(paid), ...normalisedKeys(paid) }
  const taken = new Set(Object.keys(own).map((name) => name.toLowerCase()))
  const echoed = Object.entries(paid.paymentData).filter(([name]) => !taken.has(name.toLowerCase()))
  return { ...Object.fromEntries(echoed.map(([name, value]) => [name, value ?? ''])), ...own }
}

/** The amount in minor units, where the request had it in major ones. */
function amountKeys({ order }: Paid): ResultKeys {
  return order ? { Amount: String(order.amountMinor), Currency: order.currency } : {}
}

function normalisedKeys({ result: { outcome, card, charge } }: Paid): ResultKeys {
  return {
    paymentOutcome: outcome,
    cardBrand: card?.brand ?? '',
    cardLast4: card?.last4 ?? '',
    authorisationCode: charge?.authorisationCode ?? '',
    gatewayReference: charge?.gatewayReference ?? '',
    declineReason: charge?.declineReason ?? '',
  }
}
