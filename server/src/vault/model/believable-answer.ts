import type { GatewayAnswer, Money } from './gateway.ts'

/** What was ordered, as the row of its attempt has it. */
export const orderedIn = ({
  amount_minor,
  currency,
}: {
  readonly amount_minor: number
  readonly currency: string
}): Money => ({ amountMinor: amount_minor, currency })

/** An answer that names another sum or currency than was asked for tells nothing that may be relied on. */
export function isBelievable(answer: GatewayAnswer, { amountMinor, currency }: Money): boolean {
  const named = 'amount' in answer ? answer.amount : undefined
  return !named || (named.amountMinor === amountMinor && named.currency === currency)
}
