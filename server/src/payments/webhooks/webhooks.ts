import type { OutgoingByAddress } from '../../base/outgoing/outgoing-by-address.ts'
import type { DeliveryMeter } from '../../store/outbox/delivery-meter.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { AccountSecrets } from '../configurations/account-secrets.ts'
import type { Configurations } from '../configurations/configurations.ts'
import { createDeliveries } from './deliveries.ts'
import { createMessages } from './messages.ts'
import { createWebhookOutbox, type WebhookOutbox } from './outbox.ts'
import { createSendWebhook } from './send-webhook.ts'
import { traceWebhooks } from './trace-webhooks.ts'

/** The webhooks of a region (contract/payment-api §5): at least once, and in order for one session. */
export interface Webhooks {
  readonly outbox: WebhookOutbox
  /** Begins to deliver what waits, also what an earlier process has left. */
  start(): void
  close(): Promise<void>
}

export function createWebhooks(
  parts: Omit<StoreParts, 'region'> & {
    readonly configurations: Configurations
    readonly secrets: Pick<AccountSecrets, 'find'>
    readonly outgoing: OutgoingByAddress
    readonly webhookMeter?: DeliveryMeter
  },
): Webhooks {
  const failed = (error: unknown) => parts.log.error({ err: error }, 'a webhook could not be sent')
  const send = traceWebhooks(createSendWebhook({ ...parts, failed }), parts.tracer)
  const messages = createMessages(parts)
  const deliveries = createDeliveries({ ...parts, messages, send })
  return {
    outbox: createWebhookOutbox({ ...parts, messages, deliveries }),
    start: deliveries.start,
    close: deliveries.close,
  }
}
