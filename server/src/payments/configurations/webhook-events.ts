/** What a webhook can be sent besides the status of a session that has ended. */
export const webhookEvents = [
  'session.progress',
  'payment.captured',
  'payment.capture-pending',
  'payment.capture-failed',
  'payment.refunded',
  'payment.refund-pending',
  'payment.refund-failed',
  'payment.voided',
  'payment.void-pending',
  'payment.void-failed',
] as const

export type WebhookEvent = (typeof webhookEvents)[number]

/** Whether there is a webhook that is to be sent it. */
export const wantsEvent = (
  webhook: { readonly events?: readonly WebhookEvent[] } | undefined,
  event: WebhookEvent,
): boolean => webhook?.events?.includes(event) ?? false
