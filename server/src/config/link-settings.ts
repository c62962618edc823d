import { domainToASCII } from 'node:url'
import { readJsonText } from '../base/text/read-json.ts'
import type { SmsDestinations } from '../vault/links/message-limits.ts'
import { readSmsBody } from '../vault/links/sms-body.ts'
import type { SmsSettings } from '../vault/links/sms-connector.ts'
import type { MailSettings } from '../vault/links/smtp-sender.ts'
import { needsSmtpUtf8, readMailAddress } from '../vault/model/mail-address.ts'

/** The variables as they were given; empty when they were not. */
interface LinkVariables {
  readonly mode: 'sandbox' | 'production'
  readonly smtpUrl: string
  readonly mailFrom: string
  readonly smsUrl: string
  readonly smsHeaders: string
  readonly smsBody: string
  readonly smsTo: string
}

/** How links are sent. Null: by this channel not at all. */
interface LinkSettings {
  readonly mail: MailSettings | null
  readonly sms: SmsSettings | null
  readonly smsTo: SmsDestinations
}

/**
 * Reads how links are sent. What is wrong is said in sentences that name the variable, and repeat nothing of what may
 * be a secret.
 */
export function readLinkSettings(
  variables: LinkVariables,
): LinkSettings & { readonly faults: readonly string[] } {
  const faults: string[] = []
  const fault = (text: string): null => {
    faults.push(text)
    return null
  }
  return {
    mail: readMail(variables, fault),
    sms: readSms(variables, fault),
    smsTo: readSmsTo(variables.smsTo, fault),
    faults,
  }
}

type Fault = (text: string) => null

function readMail({ mode, smtpUrl, mailFrom }: LinkVariables, fault: Fault): MailSettings | null {
  if (smtpUrl === '' && mailFrom === '') return null
  if (smtpUrl === '')
    return fault('TONEGATE_SMTP_URL is missing. TONEGATE_MAIL_FROM has no effect without it.')
  const server = readSmtpUrl(smtpUrl, mode) ?? fault(smtpUrlFault)
  const from = readFrom(mailFrom) ?? fault(fromFault(mailFrom))
  return server && from && { ...server, from }
}

const smtpUrlFault =
  'TONEGATE_SMTP_URL is not valid; it must be smtps://user:password@mail.example.com:465, or smtp://… for a server ' +
  'with STARTTLS, and reserved characters must be percent-encoded.'

function fromFault(text: string): string {
  const takes = 'payments@example.com or Harbour Street Books <payments@example.com>'
  if ('address' in senderIn(text).read) {
    return `TONEGATE_MAIL_FROM is '${text}'; use only ASCII characters before the @: not every mail server accepts others.`
  }
  return text === ''
    ? `TONEGATE_MAIL_FROM is missing. Set it to the sender of emails, such as ${takes}.`
    : `TONEGATE_MAIL_FROM is '${text}'; it must be an address such as ${takes}.`
}

function readSmtpUrl(text: string, mode: LinkVariables['mode']): Omit<MailSettings, 'from'> | undefined {
  const url = URL.parse(text)
  if (!url || !/^smtps?:$/.test(url.protocol) || !/^\/?$/.test(url.pathname) || url.search || url.hash)
    return undefined
  const host = hostOf(url)
  if (!/^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])$/i.test(host)) return undefined
  const [user, pass] = [decoded(url.username), decoded(url.password)]
  if (user === undefined || pass === undefined || (user === '') !== (pass === '')) return undefined
  const isSecure = url.protocol === 'smtps:'
  const isWithin = mode === 'sandbox' && isLoopback(host)
  return {
    host: host.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (isSecure ? 465 : 587),
    encryption: isSecure ? 'tls' : isWithin ? 'none' : 'starttls',
    credentials: user === '' ? null : { user, pass },
  }
}

/** `smtp:` is none of the schemes whose hosts a URL brings into ASCII by itself. */
function hostOf({ hostname }: URL): string {
  const written = decoded(hostname) ?? ''
  return /\P{ASCII}/u.test(written) && /^[\p{L}\p{M}\p{N}.-]+$/u.test(written)
    ? domainToASCII(written)
    : hostname
}

/** `undefined` where a % stands for nothing. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i.test(host)

function readFrom(text: string): MailSettings['from'] | undefined {
  const { name, read } = senderIn(text)
  if ('wrong' in read || needsSmtpUtf8(read.address)) return undefined
  return { name: name.trim() || null, address: read.address }
}

function senderIn(text: string) {
  const [, name = '', bracketed] = /^"?([^"<>\p{Cc}]*?)"?\s*<([^<>]+)>$/u.exec(text) ?? []
  return { name, read: readMailAddress(bracketed ?? text) }
}

function readSms(variables: LinkVariables, fault: Fault): SmsSettings | null {
  const { mode, smsUrl, smsHeaders, smsBody } = variables
  if (smsUrl === '') {
    const alone = smsHeaders ? 'TONEGATE_SMS_HEADERS' : smsBody ? 'TONEGATE_SMS_BODY' : undefined
    return alone === undefined
      ? null
      : fault(`TONEGATE_SMS_URL is missing. ${alone} has no effect without it.`)
  }
  const address = readSmsUrl(smsUrl, mode) ?? fault(smsUrlFault)
  const body = readBody(smsBody, fault)
  const headers = readHeaders(smsHeaders) ?? fault(headersFault)
  if (!address || !body || !headers) return null
  if (address.authorization === undefined) return { url: address.url, headers, body }
  if ('authorization' in headers) {
    return fault(
      'TONEGATE_SMS_HEADERS has an Authorization header and TONEGATE_SMS_URL a user. Use only one of them.',
    )
  }
  return { url: address.url, headers: { ...headers, authorization: address.authorization }, body }
}

const smsUrlFault =
  'TONEGATE_SMS_URL is not valid; it must be the https URL that messages are posted to, with ' +
  'user:password@ before its host if the SMS provider requires it. In the sandbox, http is allowed for this machine.'

function readSmsUrl(
  text: string,
  mode: LinkVariables['mode'],
): { readonly url: string; readonly authorization: string | undefined } | undefined {
  const url = URL.parse(text)
  const isSafe =
    url?.protocol === 'https:' ||
    (url?.protocol === 'http:' && mode === 'sandbox' && isLoopback(url.hostname))
  if (!url || !isSafe || url.hash) return undefined
  const [user, password] = [decoded(url.username), decoded(url.password)]
  if (user === undefined || password === undefined) return undefined
  url.username = ''
  url.password = ''
  const credentials = `${user}:${password}`
  const encoded = Buffer.from(credentials).toString('base64')
  return { url: url.href, authorization: credentials === ':' ? undefined : `Basic ${encoded}` }
}

function readBody(text: string, fault: Fault): SmsSettings['body'] | null {
  if (text === '') {
    return fault(
      'TONEGATE_SMS_BODY is missing. Set it to the body to post, such as {"to": "{to}", "text": "{text}"} or To={to}&Body={text}.',
    )
  }
  const body = readSmsBody(text)
  return 'fault' in body ? fault(`TONEGATE_SMS_BODY ${body.fault}.`) : body
}

const headersFault =
  'TONEGATE_SMS_HEADERS is not valid; it must be a JSON object of strings, such as {"Authorization": "Bearer token"}.'

/** Names in small letters. */
function readHeaders(text: string): Readonly<Record<string, string>> | undefined {
  if (text === '') return {}
  try {
    const value = readJsonText(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    const entries = Object.entries(value)
    if (entries.some(([, each]) => typeof each !== 'string')) return undefined
    return Object.fromEntries(new Headers(Object.fromEntries(entries)))
  } catch {
    return undefined
  }
}

/** `+44, +48, !+449`: numbers that begin so, and `!` before those that are refused all the same. */
function readSmsTo(text: string, fault: Fault): SmsDestinations {
  const written = text.split(',').flatMap((each) => each.trim() || [])
  if (written.some((each) => !/^!?\+[1-9]\d{0,13}$/.test(each))) {
    fault(
      `TONEGATE_SMS_TO is '${text}'; it must be a list of number prefixes such as +44, +48, with ! before those to be refused.`,
    )
  }
  return {
    allowed: written.filter((each) => !each.startsWith('!')),
    refused: written.flatMap((each) => (each.startsWith('!') ? each.slice(1) : [])),
  }
}
