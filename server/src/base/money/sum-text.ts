import { majorAmount } from './major-amount.ts'

/** A sum as people are told it on the command line: `12.40 GBP`. */
export const sumText = (sum: { readonly amountMinor: number; readonly currency: string }): string =>
  `${majorAmount(sum)} ${sum.currency}`
