import { currencies } from '../base/currencies.ts'
import type { WrongMember } from '../base/problem.ts'
import { readAmount } from '../base/read-amount.ts'
import type { Order } from '../vault/launch.ts'
import type { PaymentData } from './read-create-request.ts'
import { invalidMembers } from './wrong-members.ts'

const referenceNames = ['merchantreferencecode', 'orderid', 'reference'] as const

/**
 * Reads what is to be paid out of `paymentData`: `Amount`, `Currency`, and `MerchantReferenceCode`, `OrderID`
 * or `Reference`, each in any case. Without an amount the card is only verified.
 *
 * @throws {Problem} `invalid-request` by path: an amount that is not clearly a positive one, an unknown
 *   currency, one of them in two spellings.
 */
export function readOrder(paymentData: PaymentData, defaultCurrency: string): Order {
  const found = new Map<string, string>()
  for (const name in paymentData) {
    const key = orderNames.get(name) ?? orderNames.get(name.toLowerCase())
    if (key === undefined) continue
    if (found.has(key)) throw wrongMember(name, 'is there twice, in two spellings')
    found.set(key, name)
  }
  const sent = (key: string) => {
    const name = found.get(key)
    return name === undefined ? '' : (paymentData[name] ?? '')
  }
  const currency = sent('currency').toUpperCase() || defaultCurrency
  if (!currencies.has(currency)) {
    throw wrongMember(found.get('currency') ?? 'Currency', 'is not a currency of ISO 4217')
  }
  const amount = sent('amount')
  const read = amount === '' ? { minor: 0 } : readAmount(amount, currency)
  if ('wrong' in read) throw wrongMember(found.get('amount') ?? 'Amount', read.wrong)
  const reference = referenceNames.map(sent).find((text) => text !== '')
  return { amountMinor: read.minor, currency, ...(reference !== undefined && { reference }) }
}

const orderNames: ReadonlyMap<string, string> = new Map(
  ['Amount', 'Currency', 'MerchantReferenceCode', 'OrderID', 'Reference'].flatMap((name) => [
    [name, name.toLowerCase()],
    [name.toLowerCase(), name.toLowerCase()],
  ]),
)

/** The name is one of those read here, in some case. */
function wrongMember(name: string, message: string) {
  const errors: readonly WrongMember[] = [{ path: `/paymentData/${name}`, message }]
  return invalidMembers(errors)
}
