import type { TestContext } from 'node:test'
import { createLog } from '../base/log.ts'
import { createOutgoing } from '../base/outgoing/outgoing.ts'
import { createPlatforms } from '../calls/platforms/platforms.ts'
import { createAdministration } from '../identity/administration.ts'
import { startGrants } from '../identity/grants/test-grants.ts'
import { rotateKeys } from '../identity/keys/rotate-keys.ts'
import { prepareStoredKeys } from '../identity/keys/stored-keys.ts'
import { createAccountSecrets } from '../payments/configurations/account-secrets.ts'
import { createConfigurations } from '../payments/configurations/configurations.ts'
import { createCallbackUrls } from '../payments/remote-provider/callbacks/callback-url.ts'
import { createWebhookAdmin } from '../payments/webhooks/webhook-admin.ts'
import { createGatewayAccounts } from '../vault/gateways/accounts/gateway-accounts.ts'
import { testKind } from '../vault/gateways/accounts/test-kind.ts'
import type { Gateway } from '../vault/model/gateway.ts'
import { createProviderFlows } from '../vault/provider-api/flows/provider-flows.ts'
import { createProviderClients } from '../vault/provider-api/provider-clients.ts'
import { createCheckGateways } from './check-gateways.ts'
import type { AdminContext } from './command.ts'
import { createPaymentAdmin } from './payment-admin.ts'
import { Refused } from './refused.ts'
import { runConsole } from './run-command.ts'
import { createFindCourse } from './session-course.ts'

/**
 * For the tests: the commands on the store of an identity server that runs, with its account and person, and apart
 * from it as another process would be.
 */
export async function startCli(t: TestContext) {
  const server = await startGrants(t)
  const { store, clock, random, newGuid, sealer, region } = server
  const files = new Map<string, string>()
  const passwords: string[] = []
  const rotations: Awaited<ReturnType<AdminContext['sealing']['rotate']>>[] = []
  const gateways = new Map<string, Gateway>()
  const typedSecrets: string[] = []
  const configurations = createConfigurations({ store, clock })
  const secrets = createAccountSecrets({ store, sealer, clock })
  const refused = createOutgoing({ clock, privateAddresses: 'refused' })
  const allowed = createOutgoing({ clock, privateAddresses: 'allowed' })
  t.after(() => {
    refused.close()
    allowed.close()
  })
  const context: AdminContext = {
    ...createAdministration({ store, clock, random, newGuid }),
    gateways: {
      book: createGatewayAccounts({ store, sealer, clock }),
      kinds: { test: testKind },
      plainHttp: 'refused',
      ...createCheckGateways({ gateways: { find: (_account, name) => gateways.get(name) }, region, clock }),
    },
    platforms: createPlatforms({ store, sealer, clock, random, newGuid }),
    configurations,
    secrets,
    webhooks: createWebhookAdmin({
      ...{ store, clock, random, newGuid, configurations, secrets },
      outgoing: { refused: refused.send, allowed: allowed.send },
    }),
    async readSecret() {
      const secret = typedSecrets.shift()
      if (secret === undefined) throw new Refused('No secret was given.')
      return secret
    },
    provider: {
      clients: createProviderClients({ store, clock, random }),
      flows: createProviderFlows({ store, random, sealer: () => sealer }),
    },
    keys: {
      list: prepareStoredKeys(store).all,
      rotate: (compromised) =>
        rotateKeys({ store, clock, sealer, region, tokenLifetimeSeconds: 3600, compromised }),
    },
    payments: createPaymentAdmin({
      ...{ store, clock, log: createLog('silent') },
      gateways: { find: (_tenant, name) => gateways.get(name) },
    }),
    sessions: { find: createFindCourse(store) },
    sealing: { rotate: async () => rotations.shift() ?? { columns: [], lastLinkEndsAt: null } },
    callbackUrl: createCallbackUrls({ region, sealer }).url,
    mode: 'sandbox',
    now: clock.now,
    demoAccountName: 'Demo nam',
    readPassword: async (way) => {
      const password = way === 'generated' ? 'made-at-random' : passwords.shift()
      if (password === undefined) throw new Refused('No password was given.')
      return password
    },
    async readText(file) {
      const text = files.get(file)
      if (text === undefined) throw new Refused(`${file} cannot be read.`)
      return text
    },
  }

  /** What an operator types, and what comes of it. */
  async function run(...typed: readonly string[]): Promise<Ran> {
    let answer = ''
    let complaint = ''
    const code = await runConsole(typed, {
      program: 'npm run admin --',
      open: async () => ({ context, close: async () => {} }),
      answer: (text) => {
        answer += text
      },
      complain: (text) => {
        complaint += text
      },
    })
    return { code, answer, complaint }
  }

  /** The same for a program; it has to succeed. */
  async function runJson(...typed: readonly string[]) {
    const { code, answer, complaint } = await run(...typed, '--json')
    if (code !== 0) throw new Error(complaint)
    return JSON.parse(answer)
  }

  return {
    ...server,
    context,
    gatewaysByName: gateways,
    files,
    passwords,
    typedSecrets,
    rotations,
    run,
    runJson,
  }
}

interface Ran {
  readonly code: number
  readonly answer: string
  readonly complaint: string
}
