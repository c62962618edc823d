import type { TestContext } from 'node:test'
import type { SessionResult } from '@tonegate/protocol/outcome'
import { eventually } from '../../../test/harness/test-eventually.ts'
import type { Clock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import { createGuids } from '../../base/guid.ts'
import { createLog } from '../../base/log.ts'
import { createOutgoing } from '../../base/outgoing/create-outgoing.ts'
import { systemRandom } from '../../base/random.ts'
import { createSealer } from '../../base/seal.ts'
import { openTestStore } from '../../store/test-store.ts'
import { createAccountSecrets } from '../configurations/account-secrets.ts'
import { createConfigurations } from '../configurations/configurations.ts'
import type { WebhookSettings } from '../configurations/webhook-settings.ts'
import { approved, keypadConfiguration, startPayments } from '../test-payments.ts'
import { createDeliveryLog } from './delivery-log.ts'
import { createSigningSecrets } from './signing-secrets.ts'
import { startReceiver } from './test-receiver.ts'
import { createWebhooks } from './webhooks.ts'

export const accountId = 7

/** The Payment API with a configuration whose webhook is a receiver of the test. */
export async function startWebhooks(t: TestContext, webhook: Partial<WebhookSettings> = {}) {
  const parts = await startPayments(t)
  const { payments, open, clock, store, file, newGuid } = parts
  const receiver = await startReceiver(t)
  const signing = createSigningSecrets({ secrets: payments.secrets, random: systemRandom })
  const made = await signing.add(accountId, 'signing')
  if (made.outcome !== 'made') throw new Error(made.outcome)
  const settings: WebhookSettings = {
    url: `${receiver.url}/paid?token=query-of-the-url`,
    privateAddresses: 'allowed',
    signingSecret: 'signing',
    ...webhook,
  }
  const configure = (changed: Partial<WebhookSettings> = {}, id = 0) =>
    payments.configurations.put(accountId, {
      ...keypadConfiguration,
      id,
      webhook: { ...settings, ...changed },
    })
  await configure()

  /** Opens a session and ends it. */
  async function end(result: Partial<SessionResult> = {}, accountConfigurationId = 0) {
    const { sessionGuid, providerSessionGuid } = await open({ accountConfigurationId })
    await payments.reports.recordResult({ ...approved(providerSessionGuid), ...result })
    return { sessionGuid, providerSessionGuid }
  }

  const log = createDeliveryLog({ store, clock })

  /** Waits until a session's newest message is as it is wanted. */
  const logged = (
    sessionGuid: Guid,
    wanted: (newest: Awaited<ReturnType<typeof log.list>>[number]) => boolean,
  ) =>
    eventually(async () => {
      const [newest] = await log.list(accountId, sessionGuid)
      return newest && wanted(newest) && newest
    })

  return {
    ...parts,
    receiver,
    signing,
    secret: made.secret,
    configure,
    end,
    log,
    logged,
    startAnother: () => startAnother(t, file, clock),
    newGuid,
  }
}

/** Another process on the same database, which delivers as well. */
async function startAnother(t: TestContext, file: string, clock: Clock) {
  const lines: string[] = []
  const otherStore = await openTestStore(file)
  const outgoing = createOutgoing({ clock, privateAddresses: 'allowed' })
  const sealer = createSealer(Buffer.alloc(32, 1), systemRandom)
  const webhooks = createWebhooks({
    store: otherStore,
    clock,
    random: systemRandom,
    sealer,
    newGuid: createGuids({ clock, random: systemRandom }),
    log: createLog('trace', { write: (line) => lines.push(line) }),
    configurations: createConfigurations({ store: otherStore, clock }),
    secrets: createAccountSecrets({ store: otherStore, sealer, clock }),
    outgoing: { allowed: outgoing.send, refused: outgoing.send },
  })
  let closed: Promise<void> | undefined
  const close = () => {
    closed ??= webhooks.close().then(() => {
      outgoing.close()
      return otherStore.close()
    })
    return closed
  }
  t.after(close)
  return { ...webhooks, lines, close }
}
