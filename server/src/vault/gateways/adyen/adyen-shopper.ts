import type { AuthorisationRequest, CustomerBrowser } from '../../model/gateway.ts'
import { type Customer, customerOf } from '../customer-of.ts'

/** The members of Adyen's `BrowserInfo`: all but `javaScriptEnabled` are obligatory. */
const browserMembers = [
  'acceptHeader',
  'colorDepth',
  'javaEnabled',
  'language',
  'screenHeight',
  'screenWidth',
  'timeZoneOffset',
  'userAgent',
] as const satisfies readonly (keyof CustomerBrowser)[]

/**
 * What Adyen is told of the customer. What does not fit its description is left out: a payment would be refused for it,
 * and it only helps.
 */
export function shopperOf({
  initialValues,
  browser,
  clientAddress,
}: Pick<AuthorisationRequest, 'initialValues' | 'browser' | 'clientAddress'>) {
  const customer = customerOf(initialValues)
  const { firstName, lastName, email } = customer
  const isNamed = [firstName, lastName].every((name) => name !== undefined && name.length <= 80)
  const telephoneNumber = telephoneOf(customer)
  const billingAddress = addressOf(customer)
  return {
    ...(isNamed && { shopperName: { firstName, lastName } }),
    ...(email && { shopperEmail: email }),
    ...(telephoneNumber && { telephoneNumber }),
    ...(billingAddress && { billingAddress }),
    // An IPv4 address as a socket for both kinds names it.
    ...(clientAddress && { shopperIP: clientAddress.replace(/^::ffff:(?=\d+\.)/, '') }),
    ...(browser && isWhole(browser) && { browserInfo: browser }),
  }
}

/** A browser without the page's script tells too little for a bank's page. */
const isWhole = (browser: CustomerBrowser): boolean =>
  browserMembers.every((name) => browser[name] !== undefined)

/** A plus sign, a country's code and 4 to 15 digits; another one Adyen would not pass on. */
function telephoneOf({ phone }: Customer): string | undefined {
  const number = phone?.replace(/[\s()./-]/g, '') ?? ''
  return /^\+[1-9]\d{4,17}$/.test(number) ? number : undefined
}

/** Countries whose addresses need a state. */
const withState = ['US', 'CA']

/**
 * Adyen takes whole addresses only. A state is the two characters of ISO 3166-2; a postal code has ten characters, in the
 * United States five digits: of ZIP+4 the first five, which are the ZIP code.
 */
function addressOf({ street, city, postalCode, state, country }: Customer) {
  if (!street || !city || !postalCode || !country) return undefined
  const code = country === 'US' ? /^(\d{5})(?:[- ]?\d{4})?$/.exec(postalCode)?.[1] : postalCode
  if (code === undefined || code.length > 10) return undefined
  const stateOrProvince = stateOf(state, country)
  if (stateOrProvince === undefined && withState.includes(country)) return undefined
  return {
    street,
    houseNumberOrName: 'N/A',
    city,
    postalCode: code,
    country,
    ...(stateOrProvince !== undefined && { stateOrProvince }),
  }
}

function stateOf(state: string | undefined, country: string): string | undefined {
  const code = state?.toUpperCase().replace(`${country}-`, '') ?? ''
  return /^[A-Z0-9]{2}$/.test(code) ? code : undefined
}
