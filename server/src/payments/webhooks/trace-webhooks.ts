import { inSpanOrTrace } from '../../base/tracing/in-span.ts'
import type { Tracer } from '../../base/tracing/span.ts'
import type { SendWebhook } from './send-webhook.ts'

/**
 * Makes a span of each try to deliver a message: in the trace of what it tells, where it is sent at once, and in one of its
 * own later. The receiver hears nothing of it.
 */
export const traceWebhooks =
  (send: SendWebhook, tracer: Tracer | undefined): SendWebhook =>
  (message, signal) => {
    const attributes = { 'tonegate.account_id': message.accountId }
    return inSpanOrTrace(tracer, 'send webhook', { kind: 'client', attributes }, async (span) => {
      const attempt = await send(message, signal)
      const { status, fault } = attempt
      span.set({ 'http.response.status_code': status })
      if (fault !== undefined) span.failed(fault)
      return attempt
    })
  }
