import { createTransport } from 'nodemailer'
import type { Clock } from '../../base/clock.ts'
import { reasonOfCode } from '../../base/outgoing/no-answer-reasons.ts'
import { needsSmtpUtf8 } from '../model/mail-address.ts'
import { readAddress } from './link-address.ts'
import { linkMail } from './link-message.ts'
import type { LinkMessage, LinkSender } from './link-sender.ts'
import { NotAccepted, notReached } from './not-accepted.ts'
import { oneLine } from './one-line.ts'
import { createSmtpUtf8Ear, notTakenInUtf8 } from './smtp-utf8.ts'
import { tryTwice, withDeadline } from './try-twice.ts'

/** The mail server that takes our messages, and what they say of their sender. */
export interface MailSettings {
  readonly host: string
  readonly port: number
  /** `tls`: from the first byte. `starttls`: before anything is said. `none`: never; on this machine alone. */
  readonly encryption: 'tls' | 'starttls' | 'none'
  /** Null: the server takes messages from this machine without any. */
  readonly credentials: { readonly user: string; readonly pass: string } | null
  /** Without a name, the merchant's is shown. */
  readonly from: { readonly name: string | null; readonly address: string }
}

const server = 'mail server'
const maxMilliseconds = 15_000

/**
 * Sends links by e-mail, each over a connection of its own. An address in other letters than those of ASCII is sent to a
 * server that takes it, and said to no other one (RFC 6531 §3.1).
 *
 * @param timeZone in which messages tell until when a link is good.
 * @param certificateAuthority in PEM, where the mail server's certificate is of none that Node.js knows.
 */
export function createSmtpSender(
  { host, port, encryption, credentials, from }: MailSettings,
  {
    clock,
    timeZone,
    certificateAuthority,
  }: { readonly clock: Clock; readonly timeZone: string; readonly certificateAuthority?: string },
): LinkSender {
  const options = {
    host,
    port,
    secure: encryption === 'tls',
    requireTLS: encryption === 'starttls',
    ignoreTLS: encryption === 'none',
    ...(credentials && { auth: credentials }),
    ...(certificateAuthority !== undefined && { tls: { ca: certificateAuthority } }),
    disableFileAccess: true,
    disableUrlAccess: true,
    connectionTimeout: maxMilliseconds,
    greetingTimeout: maxMilliseconds,
    socketTimeout: maxMilliseconds,
    dnsTimeout: maxMilliseconds,
    maxResponseSize: 64 * 1024,
  }

  async function attempt(message: LinkMessage): Promise<void> {
    const read = readAddress('email', message.to)
    if ('wrong' in read) {
      throw new NotAccepted('The recipient is not an email address.', { isTemporary: false })
    }
    const to = read.address
    const ear = needsSmtpUtf8(to) ? createSmtpUtf8Ear() : undefined
    const transport = createTransport({ ...options, ...ear?.options })
    const { subject, text, html } = linkMail(message, timeZone)
    const name = from.name ?? oneLine(message.merchantName)
    const send = (signal: AbortSignal) =>
      transport.sendMail({
        from: { name, address: from.address },
        to: { name: '', address: to },
        envelope: { from: from.address, to: [to] },
        subject,
        text,
        html,
        signal: ear ? AbortSignal.any([signal, ear.signal]) : signal,
        date: new Date(clock.now()),
        headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': message.language },
      })
    try {
      await withDeadline(send, maxMilliseconds, clock)
    } catch (error) {
      throw ear?.signal.aborted ? notTakenInUtf8() : notAccepted(error)
    }
  }

  return { send: (message) => tryTwice(() => attempt(message), clock) }
}

/** What nodemailer says of an error repeats the server's words, and they the address: only its codes are read. */
function notAccepted(error: unknown): NotAccepted {
  const { code, originalCode, responseCode, command } = error as {
    readonly [member: string]: unknown
  }
  if (typeof responseCode === 'number') {
    const isTemporary = responseCode >= 400 && responseCode < 500
    const text = refusalOf(String(command ?? ''), isTemporary ? ' for now' : '')
    return new NotAccepted(`The ${server} ${text} (${responseCode}).`, { isTemporary })
  }
  if (code === 'EABORT' || code === 'ETIMEDOUT') {
    return new NotAccepted(`The ${server} did not answer in time.`, { isTemporary: false })
  }
  const reason = reasonOfCode(originalCode)
  if (code === 'EAUTH') {
    return new NotAccepted(`The ${server} offers no supported way to sign in.`, {
      isTemporary: false,
    })
  }
  if (code === 'EPROTOCOL') {
    return new NotAccepted(`The ${server} does not speak SMTP.`, { isTemporary: false })
  }
  if (code === 'ETLS') {
    const why = reason ?? 'the TLS handshake failed'
    return new NotAccepted(`The ${server} could not be reached: ${why}.`, { isTemporary: false })
  }
  return notReached(server, originalCode ?? code)
}

/** What was refused, by the command that the server said so to. */
function refusalOf(command: string, forNow: string): string {
  if (command.startsWith('AUTH')) return `refused the user name or password${forNow}`
  switch (command) {
    case 'RCPT TO':
      return `refused the recipient${forNow}`
    case 'MAIL FROM':
      return `refused the sender${forNow}`
    case 'DATA':
      return `refused the message${forNow}`
    case 'STARTTLS':
      return `does not offer STARTTLS${forNow}, which is required`
    default:
      return `refused the connection${forNow}`
  }
}
