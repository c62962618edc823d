import { currencies } from '../base/money/currencies.ts'
import { majorAmount } from '../base/money/major-amount.ts'
import { readAmount } from '../base/money/read-amount.ts'
import { ToolFault } from './tool-fault.ts'

/** By currency, in its minor units. A currency that is not in it may not be paid in. */
export type AmountLimits = ReadonlyMap<string, number>

/** A sum that may be taken. */
export interface Sum {
  readonly amountMinor: number
  readonly currency: string
}

/** Reads `500.00 GBP, 600.00 EUR`; `undefined` for an empty text, which limits nothing. */
export function readAmountLimits(text: string, faults: string[]): AmountLimits | undefined {
  if (text === '') return undefined
  const limits = new Map<string, number>()
  for (const part of text.split(',')) {
    const [, amount = '', currency = ''] = /^\s*(\d[\d.]*) +([A-Z]{3})\s*$/i.exec(part) ?? []
    const code = currency.toUpperCase()
    const read = currencies.has(code) ? readAmount(amount, code) : undefined
    if (!read || 'wrong' in read) {
      faults.push(
        `TONEGATE_MCP_MAX_AMOUNT: '${part.trim()}' is not an amount with its currency, like 500.00 GBP.`,
      )
      return undefined
    }
    limits.set(code, read.minor)
  }
  return limits
}

/**
 * Reads the amount that a model asks for, and holds it to the limits.
 *
 * @throws {ToolFault} what is wrong with it.
 */
export function readSum(amount: string, currency: string, limits: AmountLimits | undefined): Sum {
  const code = currency.toUpperCase()
  if (!currencies.has(code)) {
    throw new ToolFault('That is not a currency.', 'Use a code of ISO 4217, such as GBP.')
  }
  const read = readAmount(amount, code)
  if ('wrong' in read) throw new ToolFault(`The amount ${read.wrong}.`, 'Ask the customer, and do not guess.')
  const sum = { amountMinor: read.minor, currency: code }
  checkLimit(sum, limits)
  return sum
}

/** @throws {ToolFault} when it is more than the operator allows. */
export function checkLimit({ amountMinor, currency }: Sum, limits: AmountLimits | undefined): void {
  if (!limits) return
  const limit = limits.get(currency)
  if (limit === undefined) {
    throw new ToolFault(
      `Payments in ${currency} are not allowed here.`,
      `Use ${[...limits.keys()].join(' or ')}, or pass the call to a person.`,
    )
  }
  if (amountMinor <= limit) return
  throw new ToolFault(
    `${majorAmount({ amountMinor, currency })} ${currency} is more than the ${majorAmount({ amountMinor: limit, currency })} ${currency} that this server allows.`,
    'Do not split it into several payments: pass the call to a person.',
  )
}
