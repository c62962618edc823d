/**
 * What an attempt to deliver a message came to. `given-up`: it is tried no more. `not-sent`: it was left to others, or to the
 * next process.
 */
export type DeliveryOutcome = 'delivered' | 'retried' | 'given-up' | 'not-sent'

/** Counts the messages of one kind. */
export interface DeliveryMeter {
  attempted(outcome: DeliveryOutcome, milliseconds: number): void
  /** What was found due at a look: for so long the oldest of it has been, in milliseconds; 0 without any. */
  looked(lag: number): void
}

export const noDeliveryMeter: DeliveryMeter = { attempted() {}, looked() {} }
