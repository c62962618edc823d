import type { OutgoingFault } from '../../base/outgoing.ts'

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
export interface Attempt {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly milliseconds: number
  /** The origin that was asked. */
  readonly to?: string
  /** What it belongs to, where it is not the webhook itself. */
  readonly of?: 'token-endpoint'
  readonly status?: number
  readonly fault?: WebhookFault
}

/** Answer 200 = delivered (contract/payment-api §5). */
export const isDelivered = ({ of, status }: Attempt): boolean => of === undefined && status === 200

const faultTexts: Readonly<Record<WebhookFault, string>> = {
  'no-such-host': 'its host name has no address',
  'private-address': 'its host has a private or loopback address, which the configuration does not allow',
  'no-connection': 'it cannot be connected to',
  'bad-certificate': 'its certificate is not valid, or it speaks no TLS',
  'connection-lost': 'it closed the connection before it had answered',
  timeout: 'it took too long to answer',
  'answer-too-long': 'its answer was too long, and was cut off',
  aborted: 'the server was stopped meanwhile',
  'no-webhook': 'the account configuration has no webhook',
  'no-signing-secret': 'the account has no signing secret of the name that the configuration says',
  'no-client-secret': 'the account has no OAuth client secret of the name that the configuration says',
  'no-token': 'its answer holds no access token',
  'data-removed': 'the data of the message were removed, or cannot be opened',
  'internal-error': 'something went wrong here; the log of the server says what',
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
export function attemptText(attempt: Attempt): string {
  const { of, status, fault } = attempt
  if (isDelivered(attempt)) return 'delivered'
  const who = of === 'token-endpoint' ? 'the token endpoint' : 'the receiver'
  if (fault !== undefined) return aboutUs.has(fault) ? faultTexts[fault] : `${who}: ${faultTexts[fault]}`
  const redirect = status !== undefined && status >= 300 && status < 400
  return `${who} answered ${status}${redirect ? ', and no redirect is followed' : ', which is not 200'}`
}
