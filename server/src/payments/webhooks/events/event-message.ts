import { type Guid, guidOf } from '../../../base/guid.ts'
import type { OrderedPayment, PaymentOperation } from '../../../vault/model/payment-summary.ts'
import type { SessionProgress } from '../../../vault/model/session-progress.ts'
import type { WebhookEvent } from '../../configurations/webhook-events.ts'
import { orderedAnswer } from '../../operations/payment-answer.ts'
import { sixDigitTime } from '../../session-answer.ts'

/** What a webhook is sent besides the status of a session: the same happening is the same message, whoever makes it. */
export interface EventMessage {
  /** The `webhook-id`. */
  readonly id: Guid
  readonly type: WebhookEvent
  /** JSON, in the form that Standard Webhooks recommend. */
  readonly body: string
}

/** Something has happened in a session before its end. */
export function progressMessage(sessionGuid: Guid, progress: SessionProgress): EventMessage {
  const { sequence, at, progress: what, field } = progress
  return message({
    type: 'session.progress',
    at,
    name: `${sessionGuid} progress ${sequence}`,
    data: { sequence, sessionGuid, progress: what, ...(field !== undefined && { field }) },
  })
}

/** An operation on a payment was carried out or refused, or its gateway has not answered. */
export function operationMessage(sessionGuid: Guid, ordered: OrderedPayment): EventMessage {
  const { key, kind, status, requestedAt, answeredAt = requestedAt } = ordered.operation
  return message({
    type: operationEvents[kind][status],
    at: answeredAt,
    name: `${sessionGuid} ${key} ${status}`,
    data: { sessionGuid, ...orderedAnswer(sessionGuid, ordered) },
  })
}

/** What a message about an operation is called. */
const operationEvents = {
  capture: {
    succeeded: 'payment.captured',
    pending: 'payment.capture-pending',
    failed: 'payment.capture-failed',
  },
  refund: {
    succeeded: 'payment.refunded',
    pending: 'payment.refund-pending',
    failed: 'payment.refund-failed',
  },
  void: { succeeded: 'payment.voided', pending: 'payment.void-pending', failed: 'payment.void-failed' },
} as const satisfies Record<PaymentOperation['kind'], Record<PaymentOperation['status'], WebhookEvent>>

function message({
  type,
  at,
  name,
  data,
}: {
  readonly type: WebhookEvent
  readonly at: number
  readonly name: string
  readonly data: object
}): EventMessage {
  const id = guidOf(at, name)
  return { id, type, body: JSON.stringify({ type, timestamp: sixDigitTime(at), data: { id, ...data } }) }
}
