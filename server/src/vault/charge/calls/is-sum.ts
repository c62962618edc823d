import type { Money } from '../../model/gateway.ts'

/** More than nothing, in whole minor units. */
export const isSum = ({ amountMinor }: Money): boolean => Number.isSafeInteger(amountMinor) && amountMinor > 0
