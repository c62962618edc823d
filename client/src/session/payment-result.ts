/** What became of the payment. `unknown` is not `declined`: the card may have been charged. */
export type PaymentOutcome = (typeof outcomes)[number]

export const outcomes = ['approved', 'declined', 'review', 'cancelled', 'failed', 'unknown'] as const

/** What every result of Tonegate has, and none of the original service. Values that are not known are empty. */
interface NormalisedKeys {
  readonly paymentOutcome?: PaymentOutcome
  readonly cardBrand?: string
  readonly cardLast4?: string
  readonly authorisationCode?: string
  readonly gatewayReference?: string
  readonly declineReason?: string
  /** The gateway’s token of the card, if one was created. */
  readonly cardToken?: string
  readonly paymentFailure?: 'capture-failed' | 'refund-failed'
  /** Minor units. */
  readonly paymentFailureAmount?: string
  readonly paymentFailureCode?: string
  /** Minor units of the currency. */
  readonly Amount?: string
  readonly Currency?: string
}

/** `paymentResultData`: the normalised set, the keys of the result template, your own, and the `paymentData` that was sent. */
export interface PaymentResult extends NormalisedKeys {
  readonly [key: string]: string | undefined
}
