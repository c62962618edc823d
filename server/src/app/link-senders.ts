import type { Clock } from '../base/clock.ts'
import type { Config } from '../config/config.ts'
import type { LinkSenders } from '../vault/links/link-sender.ts'
import { createSmsConnector } from '../vault/links/sms-connector.ts'
import { createSmtpSender } from '../vault/links/smtp-sender.ts'

/** How this server sends links: by what is configured, and for the rest by what there is without it. */
export function linkSenders(
  { mail, sms }: Pick<Config, 'mail' | 'sms'>,
  {
    clock,
    fetch,
    otherwise,
  }: {
    readonly clock: Clock
    readonly fetch: typeof globalThis.fetch
    readonly otherwise: LinkSenders
  },
): LinkSenders {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  return {
    ...otherwise,
    ...(mail && { email: createSmtpSender(mail, { clock, timeZone }) }),
    ...(sms && { sms: createSmsConnector(sms, { clock, fetch }) }),
  }
}
