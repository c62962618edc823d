import type { Clock } from '../base/clock.ts'
import type { NewGuid } from '../base/guid.ts'
import type { Http } from '../base/http.ts'
import type { Log } from '../base/log.ts'
import type { Random } from '../base/random.ts'
import { createRateLimit } from '../base/rate-limit.ts'
import type { Region } from '../base/region.ts'
import type { Sealer } from '../base/seal.ts'
import type { Store } from '../store/store.ts'
import type { BearerCheck } from './bearer.ts'
import { createClientAuthentication } from './clients/authenticate-client.ts'
import { type CreatedClient, type NewClient, prepareCreateClient } from './clients/create-client.ts'
import { type ClientSummary, prepareFindClient } from './clients/find-client.ts'
import { createKnownClients } from './clients/known-clients.ts'
import { prepareCreateAccount } from './create-account.ts'
import { addDiscoveryRoutes } from './discovery.ts'
import { type Account, prepareFindAccount } from './find-account.ts'
import { clientCredentials } from './grants/client-credentials.ts'
import { addTokenEndpoint } from './grants/token-endpoint.ts'
import { createKeyring } from './keys/keyring.ts'
import { openSigningKeys, type SigningAlgorithm } from './keys/signing-keys.ts'
import { createThrottle } from './throttle.ts'
import { createBearerCheck } from './tokens/check-bearer.ts'
import { createAccessTokens } from './tokens/issue-access-token.ts'
import { createTokenVerification } from './tokens/verify-access-token.ts'
import { type NewUser, prepareCreateUser } from './users/create-user.ts'
import { prepareFindUser, type User } from './users/find-user.ts'

/** What can be set about a region's identity server. */
export interface IdentitySettings {
  readonly tokenLifetimeSeconds: number
  readonly signingAlgorithm: SigningAlgorithm
  /** For each client; null: no limit. */
  readonly tokenRequestsPerSecond: number | null
}

/** Who is calling, and may they: a region's identity server and its bearer check. */
export interface Identity {
  /** Adds the token endpoint and the discovery pages. */
  routes(app: Http): void
  readonly bearer: BearerCheck
  /** Has a token that was verified before be verified anew. */
  dropVerified(jti: string): void
  readonly accounts: {
    create(account: Omit<Account, 'id'>): Promise<Account>
    findByName(name: string): Promise<Account | undefined>
  }
  readonly clients: {
    create(client: NewClient): Promise<CreatedClient>
    findByName(accountId: number, name: string): Promise<ClientSummary | undefined>
  }
  readonly users: {
    create(user: NewUser): Promise<Pick<User, 'id'>>
    findByUsername(username: string): Promise<User | undefined>
  }
}

/** Opens a region's identity server; at the first start its signing keys are made. */
export async function createIdentity({
  store,
  clock,
  random,
  newGuid,
  sealer,
  log,
  region,
  settings,
}: {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly newGuid: NewGuid
  readonly sealer: Sealer
  readonly log: Log
  readonly region: Region
  readonly settings: IdentitySettings
}): Promise<Identity> {
  const keys = await openSigningKeys({ store, clock, sealer, region })
  const keyring = createKeyring(keys, settings.signingAlgorithm)
  const clients = createKnownClients({ store, clock })
  const lifetimeSeconds = settings.tokenLifetimeSeconds
  const issueAccessToken = createAccessTokens({ clock, newGuid, region, keyring, lifetimeSeconds })
  const grants = new Map([['client_credentials', clientCredentials(issueAccessToken)]])
  const { tokenRequestsPerSecond: requestsPerSecond } = settings
  const rateLimit = requestsPerSecond === null ? null : createRateLimit({ clock, requestsPerSecond })
  const authenticate = createClientAuthentication({ clients, throttle: createThrottle(clock) })
  const verify = createTokenVerification({ region, keyring, clock })
  const { check, drop } = createBearerCheck({ clock, region, clients, verify })
  const tokenPath = `${new URL(region.issuer).pathname}/connect/token`
  return {
    routes(app) {
      addTokenEndpoint(app, tokenPath, { grants, authenticate, rateLimit, lifetimeSeconds, log })
      addDiscoveryRoutes(app, { region, keyring, grantTypes: [...grants.keys()] })
    },
    bearer: check,
    dropVerified: drop,
    accounts: { create: prepareCreateAccount({ store, clock }), findByName: prepareFindAccount(store) },
    clients: {
      create: prepareCreateClient({ store, clock, random, newGuid }),
      findByName: prepareFindClient(store),
    },
    users: {
      create: prepareCreateUser({ store, clock, random, newGuid }),
      findByUsername: prepareFindUser(store),
    },
  }
}
