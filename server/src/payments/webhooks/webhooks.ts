import type { StoreParts } from '../../store/parts.ts'
import type { AccountSecrets } from '../configurations/account-secrets.ts'
import type { Configurations } from '../configurations/configurations.ts'
import { createDeliveries } from './deliveries.ts'
import { createMessages } from './messages.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { createSendWebhook, type WaysOut } from './send-webhook.ts'

/** The webhooks of a region (contract/payment-api §5): at least once, and in order for one session. */
export interface Webhooks {
  readonly outbox: Outbox
  /** Begins to deliver what waits, also what an earlier process has left. */
  start(): void
  close(): Promise<void>
}

export function createWebhooks({
  store,
  clock,
  random,
  newGuid,
  sealer,
  log,
  configurations,
  secrets,
  waysOut,
}: Pick<StoreParts, 'store' | 'clock' | 'random' | 'newGuid' | 'sealer' | 'log'> & {
  readonly configurations: Configurations
  readonly secrets: AccountSecrets
  readonly waysOut: WaysOut
}): Webhooks {
  const failed = (error: unknown) => log.error({ err: error }, 'a webhook could not be sent')
  const send = createSendWebhook({ clock, configurations, secrets, waysOut, failed })
  const messages = createMessages({ store, sealer })
  const deliveries = createDeliveries({ clock, random, log, messages, send })
  return {
    outbox: createOutbox({ clock, newGuid, messages, deliveries }),
    start: deliveries.start,
    close: deliveries.close,
  }
}
