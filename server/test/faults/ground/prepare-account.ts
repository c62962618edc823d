import { rootSealer, sealerOf, storeOf } from '../../../src/app/region-storage.ts'
import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import { readConfig } from '../../../src/config/config.ts'
import { createAccountSecrets } from '../../../src/payments/configurations/account-secrets.ts'
import { createConfigurations } from '../../../src/payments/configurations/configurations.ts'
import { withDefaults } from '../../../src/payments/configurations/read-configuration.ts'
import { openStore } from '../../../src/store/open-store.ts'
import type { Store } from '../../../src/store/store.ts'
import { createGatewayAccounts } from '../../../src/vault/gateways/accounts/gateway-accounts.ts'
import { connectorSecret } from '../../../src/vault/gateways/connector/double/test-connector.ts'
import { runAdmin } from '../../harness/test-admin.ts'

/** Of what charges at the gateway and tells the webhook. */
export const configurationId = 7

export interface AccountParts {
  readonly gatewayUrl: string
  readonly webhookUrl: string
  readonly controlUrl: string
}

/** Opens the database of servers beside them, as a command does. */
export const openBeside = (environment: Readonly<Record<string, string>>): Promise<Store> =>
  openStore(storeOf('nam', readConfig(environment)))

/** Sets the demo account up for a gateway, a webhook and a phone system. @returns the key of the phone system. */
export async function prepareAccount(
  environment: Readonly<Record<string, string>>,
  { gatewayUrl, webhookUrl, controlUrl }: AccountParts,
): Promise<string> {
  const store = await openBeside(environment)
  try {
    const sealer = sealerOf('nam', rootSealer(readConfig(environment), systemRandom), systemRandom)
    const parts = { store, sealer, clock: systemClock }
    const accounts = store.prepare((db, _: object) => db.selectFrom('account').select('id'))
    const account = (await accounts.first(store.reader, {}))?.id ?? 0
    const settings = { url: gatewayUrl, secrets: [connectorSecret] }
    await createGatewayAccounts(parts).put(account, 'bank', 'connector', settings)
    await createAccountSecrets(parts).put(account, 'signing', connectorSecret)
    await createConfigurations(parts).put(
      account,
      withDefaults({
        id: configurationId,
        name: 'Faults',
        resultTemplate: 'connector',
        defaultCurrency: 'GBP',
        flow: {
          gateway: 'bank',
          merchantName: 'Harbour Street Books',
          frameAncestors: ['https://desk.example.com'],
          gatewayTimeoutSeconds: 10,
        },
        webhook: { url: webhookUrl, privateAddresses: 'allowed', signingSecret: 'signing' },
      }),
    )
  } finally {
    await store.close()
  }
  const platform = ['platform', 'create', 'faults', '--account', 'Demo nam', '--control-url', controlUrl]
  const { answer, complaint } = await runAdmin(environment, [...platform, '--json'])
  if (complaint) throw new Error(complaint)
  return JSON.parse(answer).key
}
