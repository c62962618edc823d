import { holdsCardNumber } from '../base/find-card-number.ts'
import type { LinkChannel } from './view-state.ts'

const telephoneNumber = /^\+[1-9]\d{6,14}$/
/** A local part, one `@`, a host name with a point in it; no spaces, no control characters, no list of several. */
const emailAddress = /^[^\s@,;<>"()[\]\\]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\.[a-z]{2,63}$/iu
const mostCharacters = 320

/**
 * Reads an address as people write it: telephone numbers in the international form, with spaces, dashes, points or
 * brackets between the digits, `00` for `+`, and the `(0)` that is dialled at home alone. A card number makes no address.
 *
 * @returns the address as a sender takes it, or `undefined` when it is none.
 */
export function readAddress(channel: LinkChannel, text: string): string | undefined {
  const trimmed = text.trim()
  if (trimmed.length > mostCharacters) return undefined
  if (channel === 'email')
    return emailAddress.test(trimmed) && !holdsCardNumber(trimmed) ? trimmed : undefined
  const number = trimmed
    .replace(/\(\s*0\s*\)/g, '')
    .replace(/[\s().-]/g, '')
    .replace(/^00/, '+')
  return telephoneNumber.test(number) ? number : undefined
}

/**
 * One spelling for all addresses that lead to one mailbox, as messages are counted by it: of an e-mail address without
 * regard to case, dots and `+tag`, which many servers ignore. Two mailboxes that share one spelling share a count.
 */
export function countedAddress(channel: LinkChannel, address: string): string {
  if (channel === 'sms') return address
  const [name = '', host = ''] = address.normalize('NFKC').toLowerCase().split('@')
  return `${name.replace(/(?<=.)\+.*$/, '').replaceAll('.', '')}@${host}`
}

/** The members of `paymentData` that programs send a customer's address in, in small letters. */
const members: Readonly<Record<LinkChannel, readonly string[]>> = {
  sms: ['customerphonenumber', 'avsphonenum', 'phonenumber', 'phone'],
  email: ['email', 'customeremail'],
}

/** The customer's address in what the program sent along; `undefined` when there is none that can be used. */
export function addressIn(
  values: Readonly<Record<string, string | null>>,
  channel: LinkChannel,
): string | undefined {
  for (const member of members[channel]) {
    const [, text] = Object.entries(values).find(([name]) => name.toLowerCase() === member) ?? []
    const address = text && readAddress(channel, text)
    if (address) return address
  }
  return undefined
}

/** An address as an agent may see it: `••• 123`, `j•••@example.com`. */
export function maskedAddress(channel: LinkChannel, address: string): string {
  if (channel === 'sms') return `••• ${address.slice(-3)}`
  const [name = '', host = ''] = address.split('@')
  return `${[...name][0] ?? ''}•••@${host}`
}
