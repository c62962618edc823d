import type { Charge, Outcome, SessionResult } from '@tonegate/protocol/outcome'
import { firstGuidOf } from '../../base/guid.ts'
import { exampleAmount } from '../../base/money/read-amount.ts'
import type { Purpose } from '../../vault/model/launch.ts'
import type { AccountConfiguration } from '../configurations/account-configuration.ts'
import type { CreateRequest, PaymentData } from '../requests/read-create-request.ts'
import { readOrder } from '../requests/read-order.ts'
import type { ResultKeys } from './paid.ts'
import { paymentResultData } from './result-template.ts'

export const outcomes = [
  'approved',
  'declined',
  'review',
  'cancelled',
  'failed',
  'unknown',
] as const satisfies readonly Outcome[]

/** A payment to be imagined. */
export interface Sample {
  readonly outcome: Outcome
  /** What the program sends; without it, that of {@link examplePaymentData}. */
  readonly paymentData?: PaymentData
  readonly numbers?: CreateRequest['numbers']
  /** What the gateway answers under its own names. */
  readonly details?: ResultKeys
}

/**
 * The `paymentResultData` that a payment of a configuration would have, made as that of a real one is, with example
 * data where the sample has none. Nothing is charged and nothing is kept.
 *
 * @throws {Problem} `invalid-request` when the sample's `paymentData` names no amount that can be read.
 */
export function previewResult(
  configuration: AccountConfiguration,
  {
    outcome,
    details = {},
    paymentData = examplePaymentData(configuration.defaultCurrency),
    numbers = {},
  }: Sample,
): ResultKeys {
  const order = readOrder({ paymentData, numbers }, configuration)
  const result = exampleResult(outcome, configuration.flow.purpose, details)
  return paymentResultData(configuration, { result, order, paymentData })
}

/** A customer and an order, in a currency. */
function examplePaymentData(currency: string): PaymentData {
  return {
    FirstName: 'John',
    Surname: 'Smith',
    Street1: 'Hubska 52',
    City: 'Wroclaw',
    Postcode: '50-348',
    Country: 'PL',
    Amount: exampleAmount(currency),
    Currency: currency,
    MerchantReferenceCode: 'order-1001',
  }
}

const guid = firstGuidOf(0)

function exampleResult(outcome: Outcome, purpose: Purpose, details: ResultKeys): SessionResult {
  if (outcome === 'cancelled') return { guid, end: 'cancelled', outcome }
  const card = { brand: 'visa', last4: '1111', expiry: '1230' }
  if (outcome === 'unknown') return { guid, end: 'payment-connector-error', outcome, card }
  const charge = { ...exampleCharges(purpose)[outcome], details }
  return { guid, end: outcome === 'failed' ? 'payment-connector-error' : 'success', outcome, card, charge }
}

function exampleCharges(purpose: Purpose): Record<Exclude<Outcome, 'cancelled' | 'unknown'>, Charge> {
  const held = {
    gatewayReference: 'example-reference',
    captured: purpose === 'charge',
    ...(purpose === 'tokenise' && { token: 'example-token' }),
  }
  return {
    approved: { ...held, authorisationCode: 'A12345', gatewayCode: '00' },
    review: { ...held, authorisationCode: 'A12345', gatewayCode: '00' },
    declined: {
      gatewayReference: 'example-reference',
      declineReason: 'insufficient-funds',
      gatewayCode: '51',
    },
    failed: { gatewayReference: 'example-reference', gatewayCode: 'example-error' },
  }
}
