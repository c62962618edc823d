import type { Parts } from '../base/parts.ts'
import { randomAlphanumeric } from '../base/random.ts'
import type { Region } from '../base/region.ts'
import {
  type Callback,
  defaultTemplate,
  type ProviderFlow,
} from '../vault/provider-api/flows/provider-flow.ts'
import type { ProviderApi } from '../vault/provider-api/provider-api.ts'
import { demoConfigurations } from './demo-configurations.ts'
import { derivedRandom } from './derived-random.ts'
import type { SandboxProvider } from './sandbox-file.ts'

const clientId = 'demo-desk'
const username = 'demo'

/** Programs on this machine. */
const thisMachine = ['http://127.0.0.1:*', 'http://localhost:*']

/**
 * Makes, at the first start, a program that launches sessions by the provider contract, and at every start the demo
 * flows: 695 is typed on a keypad, 696 on the payment page.
 */
export async function createDemoProvider({
  provider,
  accountId,
  accountName,
  sealer,
  region,
}: Pick<Parts, 'sealer' | 'region'> & {
  readonly provider: Pick<ProviderApi, 'clients' | 'flows'>
  readonly accountId: number
  readonly accountName: string
}): Promise<SandboxProvider> {
  const clientSecret = randomAlphanumeric(derivedRandom(sealer, `${region.name}/provider/${clientId}`), 40)
  const client = { clientId, clientSecret, tenant: accountId, tenantName: accountName, username }
  await provider.clients.create(client)
  const flows = demoFlows(region)
  for (const flow of flows) await provider.flows.put(accountId, flow)
  return {
    tokenUrl: `${region.paymentOrigin}/api/v1/token`,
    sessionUrl: `${region.paymentOrigin}/api/v1/session/${accountId}`,
    viewUrl: `${region.paymentOrigin}/session/${accountId}/view`,
    tenant: accountId,
    tenantname: accountName,
    username,
    clientId,
    clientSecret,
    flows: flows.map(({ id, name, entry }) => ({ id, name, entry })),
  }
}

/** There are desktops that take every message for the result. */
const onlyTheResult = { stateMessages: [] } as const

function demoFlows(region: Region): readonly ProviderFlow[] {
  const [keypad, link] = demoConfigurations(region)
  if (!keypad || !link) return []
  const callback: Callback = {
    to: { member: 'callbackURL', origins: thisMachine },
    each: 'session',
    format: 'form',
    template: defaultTemplate,
    amounts: 'minor',
    privateAddresses: 'allowed',
    signature: 'none',
  }
  return [
    {
      id: 695,
      name: 'Keypad, form callback in minor units',
      entry: 'keypad',
      lifetimeSeconds: keypad.agentAssistLifetimeSeconds,
      flow: { ...keypad.flow, ...onlyTheResult },
      initialValues: {
        amounts: 'minor',
        amount: { member: 'amount' },
        currency: { member: 'currencyCode' },
        reference: { member: 'orderId' },
      },
      callback,
      returnTo: { member: 'returnURL', origins: thisMachine },
    },
    {
      id: 696,
      name: 'Link, JSON callback in major units',
      entry: 'link',
      lifetimeSeconds: link.digitalLifetimeSeconds,
      flow: { ...link.flow, ...onlyTheResult, idleSeconds: link.digitalIdleSeconds },
      initialValues: {
        amounts: 'major',
        amount: { member: 'TotalAmount' },
        currency: { fixed: link.defaultCurrency },
        reference: { member: 'Reference' },
      },
      callback: { ...callback, format: 'json', amounts: 'major' },
      returnTo: { member: 'returnURL', origins: thisMachine },
    },
  ]
}
