import type { LinkChannel } from '@tonegate/protocol/view-state'
import { readMailAddress, shownDomain } from '../model/mail-address.ts'
import { type ReadAddress, readTelephoneNumber } from '../model/telephone-number.ts'

const maxCharacters = 320

/**
 * Reads an address as people write it to the form that a sender takes, of which each number and each mailbox has one: see
 * {@link readTelephoneNumber} and {@link readMailAddress}.
 */
export function readAddress(channel: LinkChannel, text: string): ReadAddress {
  if (text.length > maxCharacters) return { wrong: `must have at most ${maxCharacters} characters` }
  return channel === 'sms' ? readTelephoneNumber(text) : readMailAddress(text)
}

/**
 * One spelling for all addresses that lead to one mailbox, as messages are counted by it: of an e-mail address without
 * regard to case, dots and `+tag`, which many servers ignore. Two mailboxes that share one spelling share a count.
 *
 * @param address as {@link readAddress} reads it.
 */
export function countedAddress(channel: LinkChannel, address: string): string {
  if (channel === 'sms') return address
  const { local, host } = partsOf(address)
  const name = local.normalize('NFKC').toLowerCase()
  return `${name.replace(/(?<=.)\+.*$/, '').replaceAll('.', '')}@${host}`
}

/** The members of `paymentData` that programs send a customer's address in, in small letters. */
export const linkAddressNames: Readonly<Record<LinkChannel, readonly string[]>> = {
  sms: ['customerphonenumber', 'avsphonenum', 'phonenumber', 'phone'],
  email: ['email', 'customeremail'],
}

type Values = Readonly<Record<string, string | null>>

/** The customer's address in what the program sent along; `undefined` when there is none that can be used. */
export function addressIn(values: Values, channel: LinkChannel): string | undefined {
  const found = addressesIn(values, channel).find((read) => 'address' in read)
  return found && 'address' in found ? found.address : undefined
}

/** Why the customer's address cannot be used; `undefined` where none was sent along. */
export function wrongAddressIn(values: Values, channel: LinkChannel): string | undefined {
  const found = addressesIn(values, channel).find((read) => 'wrong' in read)
  return found && 'wrong' in found ? found.wrong : undefined
}

function addressesIn(values: Values, channel: LinkChannel): readonly ReadAddress[] {
  const entries = Object.entries(values)
  return linkAddressNames[channel].flatMap((member) => {
    const text = entries.find(([name]) => name.toLowerCase() === member)?.[1]
    return text ? readAddress(channel, text) : []
  })
}

/** An address as an agent may see it: `••• 123`, `j•••@example.com`. */
export function maskedAddress(channel: LinkChannel, address: string): string {
  if (channel === 'sms') return `••• ${address.slice(-3)}`
  const { local, host } = partsOf(address)
  return `${[...local][0] ?? ''}•••@${shownDomain(host)}`
}

function partsOf(address: string): { readonly local: string; readonly host: string } {
  const at = address.lastIndexOf('@')
  return { local: address.slice(0, at), host: address.slice(at + 1) }
}
