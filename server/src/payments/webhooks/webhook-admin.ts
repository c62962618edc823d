import type { OutgoingByAddress } from '../../base/outgoing/outgoing-by-address.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { AccountSecrets } from '../configurations/account-secrets.ts'
import type { Configurations } from '../configurations/configurations.ts'
import type { DeliveryAttempt } from './attempt.ts'
import { createDeliveryLog, type DeliveryLog } from './delivery-log.ts'
import { sampleMessage } from './sample-message.ts'
import { createSendWebhook } from './send-webhook.ts'
import { createSigningSecrets, type SigningSecrets } from './signing-secrets.ts'

/** What an operator does about webhooks, beside a server that may run on the same database. */
export interface WebhookAdmin {
  readonly signing: SigningSecrets
  readonly log: DeliveryLog
  /** Sends a sample to the webhook of a configuration, from here and at once. */
  test(accountId: number, configurationId: number): Promise<DeliveryAttempt>
}

export function createWebhookAdmin({
  store,
  clock,
  random,
  newGuid,
  configurations,
  secrets,
  outgoing,
}: Pick<StoreParts, 'store' | 'clock' | 'random' | 'newGuid'> & {
  readonly configurations: Configurations
  readonly secrets: AccountSecrets
  readonly outgoing: OutgoingByAddress
}): WebhookAdmin {
  return {
    signing: createSigningSecrets({ secrets, random }),
    log: createDeliveryLog({ store, clock }),
    async test(accountId, configurationId) {
      let fault: unknown
      const failed = (error: unknown) => {
        fault = error
      }
      const send = createSendWebhook({ clock, configurations, secrets, outgoing, failed })
      const message = sampleMessage(accountId, configurationId, { newGuid, clock })
      const attempt = await send(message, new AbortController().signal)
      if (fault !== undefined) throw fault
      return attempt
    },
  }
}
