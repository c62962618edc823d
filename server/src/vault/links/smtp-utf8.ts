import { NotAccepted } from './not-accepted.ts'

/** As much of a logger as nodemailer asks for. */
type Said = (about: { readonly tnx?: string }, ...text: readonly unknown[]) => void

/**
 * Hears whether a mail server takes addresses in other letters than those of ASCII (SMTPUTF8, RFC 6531 §3.2), which it says
 * once it is greeted: to one that does not, such an address must not be sent (§3.1). nodemailer sends it all the same; what
 * it lets be heard of the conversation is its log, which nothing is kept of.
 */
export function createSmtpUtf8Ear() {
  const controller = new AbortController()
  let takesUtf8 = false
  const hear: Said = ({ tnx }, text) => {
    const line = String(text)
    if (tnx === 'client' && /^(?:EHLO|HELO|LHLO) /i.test(line)) takesUtf8 = false
    if (tnx === 'server' && /^250[ -]SMTPUTF8\b/im.test(line)) takesUtf8 = true
    if (tnx === 'send' && !takesUtf8) controller.abort()
  }
  const logger = {
    level: () => {},
    trace: hear,
    debug: hear,
    info: hear,
    warn: hear,
    error: hear,
    fatal: hear,
  }
  return {
    /** What a transport is made with. */
    options: { logger, debug: true },
    /** Aborted at the moment at which the address would be sent to a server that does not take it. */
    signal: controller.signal,
  }
}

/** What whoever sent the link is told. */
export const notTakenInUtf8 = () =>
  new NotAccepted(
    'The mail server does not accept email addresses with non-ASCII characters before the @ (RFC 6531).',
    { isTemporary: false, isOfAddress: true },
  )
