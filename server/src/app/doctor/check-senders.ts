import type { ExaminedPoint } from '../../cli/tools.ts'
import type { Config } from '../../config/config.ts'
import { inOrder, toConsider } from './point.ts'

/** Whether payment links can be sent; the sandbox keeps them in its outbox. */
export function checkSenders({
  mode,
  mail,
  sms,
}: Pick<Config, 'mode' | 'mail' | 'sms'>): readonly ExaminedPoint[] {
  if (mode === 'sandbox') return []
  return [
    mail ? inOrder('email', 'a server is set') : toConsider('email', missing('email', 'TONEGATE_SMTP_URL')),
    sms
      ? inOrder('text messages', 'a provider is set')
      : toConsider('text messages', missing('text message', 'TONEGATE_SMS_URL')),
  ]
}

const missing = (by: string, variable: string): string =>
  `No payment link can be sent by ${by}: ${variable} is not set`
