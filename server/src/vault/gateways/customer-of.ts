import { readMailAddress } from '../model/mail-address.ts'
import { readTelephoneNumber } from '../model/telephone-number.ts'

/** What a merchant's program may have sent along of its customer, under the names that such programs use. */
export interface Customer {
  readonly firstName?: string
  readonly lastName?: string
  readonly email?: string
  readonly phone?: string
  readonly street?: string
  readonly city?: string
  readonly postalCode?: string
  readonly state?: string
  /** ISO 3166-1, two letters in upper case. */
  readonly country?: string
}

/** By what names programs send each, in small letters; the first that is there counts. */
export const customerNames: Readonly<Record<keyof Customer, readonly string[]>> = {
  firstName: ['firstname', 'forename'],
  lastName: ['lastname', 'surname'],
  email: ['email', 'customeremail'],
  phone: ['customerphonenumber', 'phonenumber', 'phone'],
  street: ['street1', 'addressline1', 'address1', 'street'],
  city: ['city', 'town'],
  postalCode: ['postcode', 'postalcode', 'zip', 'zipcode'],
  state: ['state', 'county', 'region'],
  country: ['country', 'countrycode'],
}

const shapes: Readonly<Partial<Record<keyof Customer, RegExp>>> = {
  email: /^[^\s@]{1,64}@[^\s@]+\.[^\s@]+$/,
  phone: /^\+?[\d ()./-]{4,20}$/,
  country: /^[A-Z]{2}$/,
}

const longest = 100

/**
 * Reads the customer from what was sent along, which is on one line; names without regard to case. E-mail addresses and
 * telephone numbers are in the form in which messages are sent to them, where their own is another number
 * (`+49 (0)171 …`) or is not taken. What a gateway might refuse a payment for (a country that is no code, an e-mail address
 * that is none) is left out: it only helps.
 */
export function customerOf(initialValues: Readonly<Record<string, string | null>>): Customer {
  const values = new Map(
    Object.entries(initialValues).map(([name, value]) => [name.toLowerCase(), value?.trim() ?? '']),
  )
  const entries = Object.entries(customerNames).map(([member, aliases]) => {
    const found = aliases.map((alias) => values.get(alias)).find((value) => value) ?? ''
    return [member, formOf(member as keyof Customer, found)] as const
  })
  return Object.fromEntries(entries.filter(([member, value]) => isUsable(member as keyof Customer, value)))
}

function formOf(member: keyof Customer, text: string): string {
  if (member === 'country') return text.toUpperCase()
  if ((member !== 'email' && member !== 'phone') || text.length > longest) return text
  const read = member === 'email' ? readMailAddress(text) : readTelephoneNumber(text)
  if ('wrong' in read) return text
  const isTheSame = member === 'phone' && digitsOf(text) === digitsOf(read.address)
  return isTheSame && shapes.phone?.test(text) ? text : read.address
}

const digitsOf = (text: string): string => text.replace(/\D/g, '')

function isUsable(member: keyof Customer, value: string): boolean {
  return value !== '' && value.length <= longest && (shapes[member]?.test(value) ?? true)
}

/** First and last name, as far as they are known. */
export function fullNameOf({ firstName, lastName }: Customer): string | undefined {
  return [firstName, lastName].filter(Boolean).join(' ') || undefined
}
