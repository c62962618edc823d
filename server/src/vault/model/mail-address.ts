import { domainToASCII, domainToUnicode } from 'node:url'
import { holdsCardNumber } from '../../base/redaction/find-card-number.ts'
import type { ReadAddress } from './telephone-number.ts'

const none: ReadAddress = { wrong: 'must be an email address such as john@example.com' }
const tooLong: ReadAddress = {
  wrong: `is too long for an email address: the limits are 64 bytes before the @ and 254 in total`,
}

/** What may stand before the `@` without quotes (RFC 5321 §4.1.2, RFC 6531 §3.3), and dots anywhere. */
const localPart = /^(?:[\w.!#$%&'*+\-/=?^`{|}~]|[^\p{ASCII}\p{Z}\p{C}])+$/u
/** What a domain is written in: letters, digits, hyphens and joiners, with dots of every script. */
const domainPart =
  /^[\p{L}\p{M}\p{N}\p{Join_Control}-]+(?:[.\u3002\uff0e\uff61][\p{L}\p{M}\p{N}\p{Join_Control}-]+)+$/u
/** As the DNS has it (RFC 1035 §2.3.4), with a top level that is no number. */
const hostName = /^(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/
const maxNameLength = 253

/**
 * Reads an e-mail address as people write it to the form that mail servers take: the domain in small letters of ASCII
 * (`müller.de` is `xn--mller-kva.de`, RFC 5891), without a dot at its end, and quotes before the `@` only where they need
 * not be. What is before the `@` stays as it is; in other letters than those of ASCII only some mail servers take it
 * (RFC 6531). Neither quotes that are needed nor a network address for a domain: whoever writes them is no customer, and
 * servers disagree on where such a message goes. Lengths are those of RFC 5321 §4.5.3.1, of what is sent. A card number
 * makes no address.
 */
export function readMailAddress(text: string): ReadAddress {
  const written = inHalfWidth(text.replace(/^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu, '').normalize('NFC'))
  const at = written.lastIndexOf('@')
  const local = unquoted(written.slice(0, Math.max(at, 0)))
  const domain = written.slice(at + 1).replace(/[.\u3002\uff0e\uff61]$/u, '')
  if (!localPart.test(local) || !domainPart.test(domain)) return none
  const host = domainToASCII(domain)
  if (!hostName.test(host) || host.length > maxNameLength) return none
  const address = `${local}@${host}`
  if (Buffer.byteLength(local) > 64 || Buffer.byteLength(address) > 254) return tooLong
  return holdsCardNumber(written) || holdsCardNumber(address) ? none : { address }
}

/** What Japanese keyboards write for ASCII: `＠` is `@`. */
const inHalfWidth = (text: string): string =>
  text.replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))

/** `"john"` is `john` (RFC 5321 §4.1.2). */
const unquoted = (local: string): string => /^"([^"\\]+)"$/.exec(local)?.[1] ?? local

/** Whether only servers that know of RFC 6531 take an address. */
export const needsSmtpUtf8 = (address: string): boolean => /\P{ASCII}/u.test(address)

/**
 * A domain as people read it, `müller.de`: of letters of one script, and in a top level of the same one where that is not
 * the Latin one. What could be taken for another domain (`аpple.com` with a Cyrillic letter) stays in ASCII.
 */
export function shownDomain(host: string): string {
  const shown = domainToUnicode(host)
  const labels = shown.split('.')
  return scripts.some((script) => labels.every((label) => script.test(label))) ? shown : host
}

const scripts = ['Latin', 'Greek', 'Cyrillic', 'Han', 'Hangul', 'Arabic', 'Hebrew', 'Devanagari', 'Thai'].map(
  (script) => new RegExp(`^[\\p{Script=${script}}\\p{M}\\d-]+$`, 'u'),
)
