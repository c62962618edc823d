import type { GatewayAnswer, Money } from './gateway.ts'

/** An answer that names another sum or currency than was asked for tells nothing that may be relied on. */
export function isBelievable(answer: GatewayAnswer, { amountMinor, currency }: Money): boolean {
  const named = 'amount' in answer ? answer.amount : undefined
  return !named || (named.amountMinor === amountMinor && named.currency === currency)
}
