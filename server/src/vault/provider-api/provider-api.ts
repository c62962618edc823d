import { createOneAtATime } from '../../base/one-at-a-time.ts'
import { createOutgoing } from '../../base/outgoing/outgoing.ts'
import { clientRules } from '../../base/throttle/throttle.ts'
import type { Http } from '../../http/http.ts'
import { createStoredThrottle } from '../../store/kept-throttle.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { OpenSession, VaultSessions } from '../model/vault-sessions.ts'
import { createApiTokens } from './api-tokens.ts'
import { registerCallOff } from './call-off-endpoint.ts'
import { createCallbacks } from './callbacks/callbacks.ts'
import { registerCancelSession } from './cancel-endpoint.ts'
import { endViews } from './end-views.ts'
import { createFindSession, isLaunchedBy } from './find-session.ts'
import { createProviderFlows, type ProviderFlows } from './flows/provider-flows.ts'
import { registerGetSession } from './get-session-endpoint.ts'
import { registerLaunchEndpoint } from './launch/launch-endpoint.ts'
import { createLaunchForTenant, type LaunchForTenant } from './launch/launch-for-tenant.ts'
import { createLaunchKeys } from './launch/launch-keys.ts'
import { createProviderClients, type ProviderClients } from './provider-clients.ts'
import { createSessionSeal, prepareProviderSessionRows } from './provider-session.ts'
import { removeOld } from './remove-old.ts'
import { createRequireClient } from './require-client.ts'
import { registerSendLink } from './send-link-endpoint.ts'
import { createProviderApiReports, type ProviderApiReports } from './take-result.ts'
import { registerTokenEndpoint } from './token-endpoint.ts'

/** The vault as the provider of others (contract/provider §1 to §4): programs launch sessions, and are told results. */
export interface ProviderApi {
  readonly clients: ProviderClients
  readonly flows: ProviderFlows
  /** What the vault reports goes here first. */
  readonly reports: ProviderApiReports
  readonly launchForTenant: LaunchForTenant
  /** Whether a token of the API opens a session's agent view: those of the client that launched it do. */
  opensView(token: string, capture: OpenSession): Promise<boolean>
  routes(app: Http): void
  /** Sends the callbacks that the process before this one left, and takes up what it had closed to guesses. */
  start(): Promise<void>
  close(): Promise<void>
}

/** To one host at a time: many receivers may stand behind one, and how much each gets is bounded apart. */
const callbackSockets = 512

export function createProviderApi({
  store,
  clock,
  random,
  newGuid,
  sealer,
  log,
  region,
  captures,
  requestsPerSecond,
}: Pick<StoreParts, 'store' | 'clock' | 'random' | 'newGuid' | 'sealer' | 'log' | 'region'> & {
  readonly captures: VaultSessions
  /** Of one client; null where clients are not limited. */
  readonly requestsPerSecond: number | null
}): ProviderApi {
  const rows = prepareProviderSessionRows(store)
  const seal = createSessionSeal(sealer)
  const clients = createProviderClients({ store, clock, random })
  const flows = createProviderFlows({ store, random, sealer: () => sealer })
  const tokens = createApiTokens({ sealer, region, clock })
  const throttle = createStoredThrottle({
    ...{ store, clock, log, sealer, name: 'provider clients', rules: clientRules },
  })
  const keys = createLaunchKeys({ store, sealer, clock })
  const withKey = createOneAtATime()
  const { requireClient, holderOf } = createRequireClient({ clients, tokens, clock, requestsPerSecond })
  const outside = createOutgoing({ clock, privateAddresses: 'refused', maxSockets: callbackSockets })
  const anywhere = createOutgoing({ clock, privateAddresses: 'allowed', maxSockets: callbackSockets })
  const ways = { public: outside.send, anywhere: anywhere.send }
  const callbacks = createCallbacks({ store, sealer, newGuid, clock, random, log, ways })
  const launchForTenant = createLaunchForTenant({ captures, store, rows, seal, clock, random, log })
  const session = { requireClient, findSession: createFindSession(store, rows), callbacks, captures, seal }
  const viewEndings = endViews({ store, captures, clock, log })
  const stopRemoving = removeOld({ store, rows, keys, clock, log })

  return {
    clients,
    flows,
    reports: createProviderApiReports({ store, rows, seal, callbacks, clock, log }),
    launchForTenant,
    async opensView(token, { guid }) {
      const holder = await holderOf(token)
      const row = holder && (await rows.find.first(store.reader, { guid }))
      return holder !== undefined && row !== undefined && isLaunchedBy(holder, row)
    },
    routes(app) {
      app.register((scope: Http, _options, done) => {
        scope.setChildLoggerFactory((logger) => logger)
        registerTokenEndpoint(scope, { clients, tokens, throttle, clock, random })
        registerLaunchEndpoint(scope, { requireClient, flows, launchForTenant, keys, withKey })
        registerCallOff(scope, { ...session, keys, withKey })
        registerGetSession(scope, session)
        registerCancelSession(scope, session)
        registerSendLink(scope, session)
        done()
      })
    },
    start() {
      callbacks.start()
      return throttle.load()
    },
    async close() {
      stopRemoving()
      await viewEndings.close()
      await Promise.all([callbacks.close(), throttle.close()])
      outside.close()
      anywhere.close()
    },
  }
}
