import { exampleAmount, type ReadAmount, readAmount } from '../../base/money/read-amount.ts'
import { type Purpose, takesMoney } from './launch.ts'

/**
 * Reads the amount of an order. Where money is meant it has to be there and to be positive: an order without one is
 * never taken for a verification (contract/payment-api §2). A card that is verified or kept needs none; one that is
 * sent along has to be an amount all the same, or zero, and is not charged: the order is of nothing.
 *
 * @param amounts `minor`: `1240` is 12.40 EUR. `major`: as people write it.
 */
export function readOrderAmount(
  written: string,
  {
    currency,
    purpose,
    amounts,
  }: { readonly currency: string; readonly purpose: Purpose; readonly amounts: 'minor' | 'major' },
): ReadAmount {
  const text = written.trim()
  if (!takesMoney(purpose)) return isNothing(text) ? nothing : zeroOf(readAs(text, amounts, currency))
  if (text !== '') return readAs(text, amounts, currency)
  const example = amounts === 'minor' ? '1240' : exampleAmount(currency)
  return { wrong: `is missing: a payment must have a positive amount, such as ${example}` }
}

const nothing: ReadAmount = { minor: 0 }

const isNothing = (text: string): boolean => text === '' || /^0+(?:[.,]0+)?$/.test(text)

const zeroOf = (read: ReadAmount): ReadAmount => ('wrong' in read ? read : nothing)

const readAs = (text: string, amounts: 'minor' | 'major', currency: string): ReadAmount =>
  amounts === 'minor' ? readMinor(text) : readAmount(text, currency)

function readMinor(text: string): ReadAmount {
  if (!/^\d{1,12}$/.test(text)) return { wrong: 'must be in minor units, such as 1240' }
  const minor = Number(text)
  return minor > 0 ? { minor } : { wrong: 'is not a positive amount' }
}
