import type { OutgoingFault } from '../../base/outgoing/no-answer-reasons.ts'
import { defaultReasons, statusReason } from '../../base/outgoing/no-answer-reasons.ts'

/** Why a message was not delivered, where no answer says it. */
export type WebhookFault =
  | OutgoingFault
  | 'no-webhook'
  | 'no-signing-secret'
  | 'no-client-secret'
  | 'no-token'
  | 'data-removed'
  | 'internal-error'

/** One try at delivering a message, as the delivery log keeps it: no body, and of the URL neither path nor query. */
export interface DeliveryAttempt {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly milliseconds: number
  /** The origin that was asked. */
  readonly to?: string
  /** What it belongs to, where it is not the webhook itself. */
  readonly of?: 'token-endpoint'
  readonly status?: number
  readonly fault?: WebhookFault
  /** What the fault was, more closely: `its TLS certificate has expired`. */
  readonly reason?: string
  /** For how many milliseconds the other side wants to be left alone. */
  readonly retryAfter?: number
}

/** Answer 200 = delivered (contract/payment-api §5). */
export const isDelivered = ({ of, status }: DeliveryAttempt): boolean => of === undefined && status === 200

const isRedirect = (status: number): boolean => status >= 300 && status < 400

/** The receiver takes no more of it, ever (RFC 9110 §15.5.11). */
export const isGone = ({ of, status }: DeliveryAttempt): boolean => of === undefined && status === 410

const faultTexts: Readonly<Record<WebhookFault, string>> = {
  ...defaultReasons,
  'no-webhook': 'the account configuration has no webhook',
  'no-signing-secret': 'the account has no signing secret of the name in the configuration',
  'no-client-secret': 'the account has no OAuth client secret of the name in the configuration',
  'no-token': 'its answer contains no access token',
  'data-removed': 'the message’s data was removed, or cannot be decrypted',
  'internal-error': 'an internal error occurred; see the server log',
}

const aboutUs: ReadonlySet<WebhookFault> = new Set<WebhookFault>([
  'aborted',
  'no-webhook',
  'no-signing-secret',
  'no-client-secret',
  'data-removed',
  'internal-error',
])

/** The same in words. */
export function attemptText(attempt: DeliveryAttempt): string {
  const { of, status = 0, fault, reason } = attempt
  if (isDelivered(attempt)) return 'delivered'
  const who = of === 'token-endpoint' ? 'the token endpoint' : 'the receiver'
  if (fault !== undefined && aboutUs.has(fault)) return faultTexts[fault]
  if (fault !== undefined) return `${who}: ${reason ?? faultTexts[fault]}`
  if (isGone(attempt)) return `${who} ${statusReason(status)}, so nothing more is sent to it`
  return `${who} ${statusReason(status)}${isRedirect(status) ? '' : ', which is not 200'}`
}
