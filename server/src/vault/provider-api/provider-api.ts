import { prepareRecord } from '../../audit/record.ts'
import { createOneAtATime } from '../../base/one-at-a-time.ts'
import { createOutgoingByAddress } from '../../base/outgoing/outgoing-by-address.ts'
import { clientRules } from '../../base/throttle/throttle-rules.ts'
import type { Http } from '../../http/http.ts'
import { createStoredThrottle } from '../../store/kept-throttle.ts'
import type { DeliveryMeter } from '../../store/outbox/delivery-meter.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { OpenSession, VaultSessions } from '../model/vault-sessions.ts'
import { createApiTokens } from './api-tokens.ts'
import { registerCallOff } from './call-off-endpoint.ts'
import { createCallbacks } from './callbacks/callbacks.ts'
import { registerCancelSession } from './cancel-endpoint.ts'
import { endViews } from './end-views.ts'
import { createFindLaunched, isLaunchedBy } from './find-launched.ts'
import { createProviderFlows, type ProviderFlows } from './flows/provider-flows.ts'
import { registerGetSession } from './get-session-endpoint.ts'
import { registerLaunchEndpoint } from './launch/launch-endpoint.ts'
import { createLaunchForTenant, type LaunchForTenant } from './launch/launch-for-tenant.ts'
import { createLaunchKeys } from './launch/launch-keys.ts'
import { createProviderClients, type ProviderClients } from './provider-clients.ts'
import { createProviderSessionSeal } from './provider-session.ts'
import { prepareProviderSessionRows } from './provider-session-rows.ts'
import { removeOld } from './remove-old.ts'
import { createRequireClient } from './require-client.ts'
import { registerSendLink } from './send-link-endpoint.ts'
import { createProviderApiReports, type ProviderApiReports } from './take-vault-result.ts'
import { registerTokenEndpoint } from './token-endpoint.ts'

/** The vault as the provider of others (contract/provider §1 to §4): programs launch sessions, and are told results. */
export interface ProviderApi {
  readonly clients: ProviderClients
  readonly flows: ProviderFlows
  /** What the vault reports goes here first. */
  readonly reports: ProviderApiReports
  readonly launchForTenant: LaunchForTenant
  /** Whether a token of the API opens a session's agent view: those of the client that launched it do. */
  opensView(token: string, session: OpenSession): Promise<boolean>
  routes(app: Http): void
  /** Sends the callbacks that the process before this one left, and takes up what it had closed to guesses. */
  start(): Promise<void>
  close(): Promise<void>
}

/** To one host at a time: many receivers may stand behind one, and how much each gets is bounded apart. */
const callbackSockets = 512

export function createProviderApi(
  parts: StoreParts & {
    readonly sessions: VaultSessions
    /** Of one client; null where clients are not limited. */
    readonly requestsPerSecond: number | null
    readonly callbackMeter?: DeliveryMeter
  },
): ProviderApi {
  const { store, sealer, clock } = parts
  const rows = prepareProviderSessionRows(store)
  const seal = createProviderSessionSeal(sealer)
  const clients = createProviderClients(parts)
  const flows = createProviderFlows({ ...parts, sealer: () => sealer })
  const tokens = createApiTokens(parts)
  const throttle = createStoredThrottle({ ...parts, name: 'provider clients', rules: clientRules })
  const { requireClient, holderOf } = createRequireClient({ ...parts, clients, tokens })
  const { outgoing, close: closeOutgoing } = createOutgoingByAddress({ clock, maxSockets: callbackSockets })
  const callbacks = createCallbacks({ ...parts, outgoing })
  const launchForTenant = createLaunchForTenant({ record: prepareRecord(parts), ...parts, rows, seal })
  const launching = {
    ...parts,
    requireClient,
    flows,
    launchForTenant,
    keys: createLaunchKeys(parts),
    withKey: createOneAtATime(),
  }
  const session = { ...launching, findSession: createFindLaunched(store, rows), callbacks, seal }
  const viewEndings = endViews(parts)
  const removal = removeOld({ ...launching, rows })

  return {
    clients,
    flows,
    reports: createProviderApiReports({ ...parts, rows, seal, callbacks }),
    launchForTenant,
    async opensView(token, { guid }) {
      const holder = await holderOf(token)
      const row = holder && (await rows.find.first(store.reader, { guid }))
      return holder !== undefined && row !== undefined && isLaunchedBy(holder, row)
    },
    routes(app) {
      app.register((scope: Http, _options, done) => {
        scope.setChildLoggerFactory((logger) => logger)
        registerTokenEndpoint(scope, { ...parts, clients, tokens, throttle })
        registerLaunchEndpoint(scope, launching)
        registerCallOff(scope, session)
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
      await removal.close()
      await viewEndings.close()
      await Promise.all([callbacks.close(), throttle.close()])
      closeOutgoing()
    },
  }
}
