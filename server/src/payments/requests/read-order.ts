import { currencies } from '../../base/money/currencies.ts'
import type { WrongMember } from '../../base/problem.ts'
import type { Order } from '../../vault/model/launch.ts'
import { readOrderAmount } from '../../vault/model/read-order-amount.ts'
import type { AccountConfiguration } from '../configurations/account-configuration.ts'
import type { CreateRequest, PaymentData } from './read-create-request.ts'
import { invalidMembers } from './wrong-members.ts'

/** Where the merchant's reference may stand, in small letters; the first that is there counts. */
export const referenceNames = ['merchantreferencecode', 'orderid', 'reference'] as const

/**
 * Reads what is to be paid out of `paymentData`: `Amount`, `Currency`, and `MerchantReferenceCode`, `OrderID`
 * or `Reference`, each in any case. Without an amount only a card is read that the configuration verifies or keeps. An
 * amount that is a JSON number is read by its value, however it was written.
 *
 * @throws {Problem} `invalid-request` by path: an amount that is missing or not clearly a positive one, an unknown
 *   currency, one of them in two spellings.
 */
export function readOrder(
  { paymentData, numbers }: Pick<CreateRequest, 'paymentData' | 'numbers'>,
  {
    defaultCurrency,
    flow: { purpose },
  }: Pick<AccountConfiguration, 'defaultCurrency'> & {
    readonly flow: Pick<AccountConfiguration['flow'], 'purpose'>
  },
): Order {
  const found = new Map<string, string>()
  for (const name in paymentData) {
    const key = orderNames.get(name) ?? orderNames.get(name.toLowerCase())
    if (key === undefined) continue
    if (found.has(key)) throw wrongMember(name, 'was sent twice, in two spellings')
    found.set(key, name)
  }
  const sent = (key: string) => {
    const name = found.get(key)
    return name === undefined ? '' : (paymentData[name] ?? '')
  }
  const currency = sent('currency').trim().toUpperCase() || defaultCurrency
  if (!currencies.has(currency)) {
    throw wrongMember(found.get('currency') ?? 'Currency', 'is not an ISO 4217 currency code')
  }
  const read = readOrderAmount(numbers[found.get('amount') ?? ''] ?? sent('amount'), {
    currency,
    purpose,
    amounts: 'major',
  })
  if ('wrong' in read) {
    const name = found.get('amount')
    throw wrongMember(name ?? 'Amount', name === undefined ? read.wrong + hint(paymentData) : read.wrong)
  }
  const reference = referenceNames.map(sent).find((text) => text !== '')
  return { amountMinor: read.minor, currency, ...(reference !== undefined && { reference }) }
}

const orderNames: ReadonlyMap<string, string> = new Map(
  ['Amount', 'Currency', 'MerchantReferenceCode', 'OrderID', 'Reference'].flatMap((name) => [
    [name, name.toLowerCase()],
    [name.toLowerCase(), name.toLowerCase()],
  ]),
)

/** Names a member that may have been meant: `Ammount`, `TotalAmount`. */
function hint(paymentData: PaymentData): string {
  const meant = Object.keys(paymentData).find((name) =>
    name
      .toLowerCase()
      .replace(/[^a-z]/g, '')
      .replace(/(.)\1+/g, '$1')
      .includes('amount'),
  )
  return meant === undefined ? '' : ` (${meant} was sent, but is not a known name)`
}

/** The name is one of those read here, in some case. */
function wrongMember(name: string, message: string) {
  const errors: readonly WrongMember[] = [{ path: `/paymentData/${name}`, message }]
  return invalidMembers(errors)
}
