import { randomAlphanumeric } from '../base/random.ts'
import type { Region } from '../base/region.ts'
import type { Sealer } from '../base/seal.ts'
import type { Identity } from '../identity/identity.ts'
import type { Payments } from '../payments/payments.ts'
import { demoConfigurations } from './demo-configurations.ts'
import { derivedRandom } from './derived-random.ts'
import type { SandboxRegion } from './sandbox-file.ts'

const demoClients = [
  { name: 'backend', flows: ['client_credentials'], scopes: ['globalpci'], redirectUris: [] },
] as const

const demoUsers = [
  { username: 'agent', agentId: 'agent12345', licence: 'agent' },
  { username: 'supervisor', agentId: null, licence: 'supervisor' },
  { username: 'administrator', agentId: null, licence: 'administrator' },
] as const

/**
 * Makes a region's demo account, its API credentials, people and account configurations, at the first start,
 * and says at every start what they are.
 */
export async function createDemoAccount({
  identity,
  payments,
  sealer,
  region,
}: {
  readonly identity: Pick<Identity, 'accounts' | 'clients' | 'users'>
  readonly payments: Pick<Payments, 'configurations'>
  readonly sealer: Sealer
  readonly region: Region
}): Promise<{ readonly accountId: number; readonly region: SandboxRegion }> {
  const name = `Demo ${region.name}`
  const account =
    (await identity.accounts.findByName(name)) ??
    (await identity.accounts.create({ name, production: false }))
  const secret = (label: string) => randomAlphanumeric(derivedRandom(sealer, `${region.name}/${label}`), 40)

  const clients = []
  for (const client of demoClients) {
    const clientSecret = secret(`client/${client.name}`)
    const { clientId } =
      (await identity.clients.findByName(account.id, client.name)) ??
      (await identity.clients.create({ ...client, accountId: account.id, clientSecret }))
    clients.push({ ...client, clientId, clientSecret })
  }

  const users = []
  for (const user of demoUsers) {
    const password = secret(`user/${user.username}`).slice(0, 20)
    if (!(await identity.users.findByUsername(user.username))) {
      await identity.users.create({ ...user, accountId: account.id, password })
    }
    users.push({ ...user, password })
  }

  const configurations = demoConfigurations(region.name)
  for (const configuration of configurations) await payments.configurations.put(account.id, configuration)

  return {
    accountId: account.id,
    region: {
      tokenUrl: `${region.issuer}/connect/token`,
      authorizeUrl: `${region.issuer}/connect/authorize`,
      apiUrl: region.apiUrl,
      issuer: region.issuer,
      clients,
      users,
      accountConfigurations: configurations.map(({ id, name, resultTemplate }) => ({
        id,
        name,
        resultTemplate,
      })),
    },
  }
}
