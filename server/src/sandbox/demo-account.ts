import { isDeepStrictEqual } from 'node:util'
import type { Guid } from '../base/guid.ts'
import type { Parts } from '../base/parts.ts'
import { randomAlphanumeric } from '../base/random.ts'
import type { RegionName } from '../base/region.ts'
import type { NewClient } from '../identity/clients/create-client.ts'
import type { Identity } from '../identity/identity.ts'
import type { NewUser } from '../identity/users/create-user.ts'
import type { Payments } from '../payments/payments.ts'
import { demoConfigurations } from './demo-configurations.ts'
import { demoClients, demoUsers } from './demo-people.ts'
import { derivedRandom } from './derived-random.ts'
import type { SandboxRegion } from './sandbox-file.ts'

/** What the demo account is called; production is refused where there is one. */
export const demoAccountName = (region: RegionName): string => `Demo ${region}`

/** The demo account has the first number that there is, in the database of another process too. */
export const firstAccount = 1

/** A region's demo account, and what is in it. */
export interface DemoAccount {
  readonly accountId: number
  readonly region: SandboxRegion
}

/**
 * Makes a region's demo account, its API credentials, people and account configurations, at the first start;
 * brings those of an older version up to this one, under their ids and secrets; and says at every start what they
 * are.
 */
export async function createDemoAccount({
  identity,
  payments,
  sealer,
  region,
}: Pick<Parts, 'sealer' | 'region'> & {
  readonly identity: Pick<Identity, 'accounts' | 'clients' | 'users'>
  readonly payments: Pick<Payments, 'configurations'>
}): Promise<DemoAccount> {
  const name = demoAccountName(region.name)
  const account =
    (await identity.accounts.findByName(name)) ??
    (await identity.accounts.create({ name, production: false }))
  const secret = (label: string) => randomAlphanumeric(derivedRandom(sealer, `${region.name}/${label}`), 40)

  const clients = []
  for (const client of demoClients) {
    const clientSecret =
      client.clientType === 'public' ? {} : { clientSecret: secret(`client/${client.name}`) }
    const clientId = await keepClient(identity, { ...client, ...clientSecret, accountId: account.id })
    clients.push({ ...client, clientId, ...clientSecret })
  }

  const users = []
  for (const user of demoUsers) {
    const password = secret(`user/${user.username}`).slice(0, 20)
    await keepUser(identity, { ...user, password, accountId: account.id })
    users.push({ ...user, password })
  }

  const configurations = demoConfigurations(region)
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

type Credentials = Pick<Identity, 'clients' | 'users'>

async function keepClient({ clients }: Credentials, order: NewClient): Promise<Guid> {
  const found = await clients.findByName(order.accountId, order.name)
  if (found === undefined) return (await clients.create(order)).clientId
  const { flows, scopes, redirectUris = [], postLogoutRedirectUris = [], allowedOrigins = [] } = order
  const registration = { flows, scopes, redirectUris, postLogoutRedirectUris, allowedOrigins }
  if (!isDeepStrictEqual({ ...found, ...registration }, found)) {
    await clients.edit(found.clientId, registration)
  }
  return found.clientId
}

async function keepUser({ users }: Credentials, order: NewUser & { displayName: string }): Promise<void> {
  const found = await users.findByUsername(order.username)
  if (found === undefined) return void (await users.create(order))
  if (found.displayName !== order.displayName) {
    await users.edit(found.id, { displayName: order.displayName })
  }
}
