import { isSignedBy } from '../../base/signing/standard-webhooks.ts'

/** A webhook as the sandbox hands it to those who listen. */
export interface HeardWebhook {
  readonly delivery: string
  /** The receiver of the account configuration; null where it has none. */
  readonly to: string | null
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What is shown of it. */
export interface ShownWebhook {
  readonly at: string
  readonly id: string
  /** `session.progress`, or what has become of a session. */
  readonly what: string
  readonly sessionGuid: string | null
  readonly outcome: string | null
  readonly signature: 'verified' | 'wrong' | 'not-checked'
  readonly to: string | null
}

interface Told {
  readonly type?: string
  readonly sessionGuid?: string
  readonly sessionState?: string
  readonly progress?: string
  readonly paymentResultData?: { readonly paymentOutcome?: string }
  readonly data?: Told
}

/** @param secrets those that it may be signed with. */
export function shownWebhook(webhook: HeardWebhook, secrets: readonly string[], now: number): ShownWebhook {
  const { type, data, ...rest } = told(webhook.body)
  const { sessionGuid, sessionState, progress, paymentResultData } = { ...rest, ...data }
  const isSigned = secrets.some((secret) => isSignedBy(webhook.headers, Buffer.from(webhook.body), secret))
  return {
    at: new Date(now).toISOString(),
    id: webhook.headers['webhook-id'] ?? '',
    what: [type, progress, sessionState].filter(Boolean).join(' ') || 'webhook',
    sessionGuid: sessionGuid ?? null,
    outcome: paymentResultData?.paymentOutcome ?? null,
    signature: isSigned ? 'verified' : webhook.to === null ? 'wrong' : 'not-checked',
    to: webhook.to,
  }
}

function told(body: string): Told {
  try {
    const read: unknown = JSON.parse(body)
    return typeof read === 'object' && read !== null ? (read as Told) : {}
  } catch {
    return {}
  }
}

const signatures = {
  verified: '✓ signed',
  wrong: '✗ wrong signature',
  'not-checked': 'signed for another',
} as const

/** A line for the operator. */
export function webhookLine({ at, what, sessionGuid, outcome, signature, to }: ShownWebhook): string {
  const words = [what, outcome, sessionGuid, signatures[signature], to && `to ${to}`]
  return [new Date(at).toTimeString().slice(0, 8), ...words.filter(Boolean)].join('  ')
}
