import type { Clock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import type { Log } from '../../base/log.ts'
import type { Outgoing } from '../../base/outgoing/outgoing.ts'
import type { Region } from '../../base/region.ts'
import type { Sealer } from '../../base/seal.ts'
import type { Http } from '../../http/http.ts'
import { type Store, UniqueViolation } from '../../store/store.ts'
import type { AccountConfiguration } from '../configurations/account-configuration.ts'
import type { AdoptLaunch } from '../launches/adopt-launch.ts'
import { prepareLaunchRows } from '../launches/launch-rows.ts'
import { createPendingLaunches } from '../launches/pending-launches.ts'
import {
  NotLaunched,
  type Provider,
  type ProviderLaunch,
  type ProviderLaunched,
  type ProviderReports,
} from '../provider.ts'
import { createAskProvider, type NamedSecrets, type ProviderTarget } from './ask-provider.ts'
import { createCallProvider } from './call-provider.ts'
import { callbackRoute } from './callbacks/callback-route.ts'
import { createCallbackUrls } from './callbacks/callback-url.ts'
import { createTakeCallback } from './callbacks/take-callback.ts'
import { createCancelRemoteAfterwards } from './cancel-afterwards.ts'
import { createCancelRemote } from './cancel-session.ts'
import { createCloseRemoteView } from './close-view.ts'
import { createDistantLaunches } from './distant-launches.ts'
import { createFollowSessions } from './follow-sessions.ts'
import { createLaunchSession } from './launch-session.ts'
import { createLook } from './look-at-session.ts'
import { prepareRemoteSessions } from './remote-session-rows.ts'
import { createSendRemoteLink } from './send-link.ts'
import { createAskStatus } from './session-status.ts'
import { createTakeResult } from './take-result.ts'
import { createTokens } from './tokens.ts'

/** PCI Pal, or another Tonegate's vault, in the place of the vault of this process. */
export interface RemoteProvider extends Provider {
  /** Whether a session is one of another provider's. */
  has(providerSessionGuid: Guid): Promise<boolean>
  /** The callback URLs. */
  routes(app: Http): void
  /** Takes up what the process before this one left. */
  start(): Promise<void>
  close(): Promise<void>
}

/** The provider contract, from the side of its client (contract/provider). No digit passes through it. */
export function createRemoteProvider({
  store,
  clock,
  sealer,
  log,
  region,
  waysOut,
  secrets,
  findConfiguration,
  adopt,
  reports,
}: {
  readonly store: Store
  readonly clock: Clock
  readonly sealer: Sealer
  readonly log: Log
  readonly region: Region
  readonly waysOut: { readonly refused: Outgoing; readonly allowed: Outgoing }
  readonly secrets: NamedSecrets
  readonly findConfiguration: (
    accountId: number,
    id: number,
  ) => AccountConfiguration | undefined | Promise<AccountConfiguration | undefined>
  /** Takes up a launch whose answer was lost. */
  readonly adopt: AdoptLaunch
  readonly reports: ProviderReports
}): RemoteProvider {
  const rows = prepareRemoteSessions(store)
  const ask = createAskProvider({ waysOut, secrets, log })
  const tokens = createTokens({ ask, clock })
  const call = createCallProvider({ ask, tokens })
  const urls = createCallbackUrls({ region, sealer })
  const taking = createTakeResult({ store, rows, sealer, reports, clock, log })
  const look = createLook({ store, rows, askStatus: createAskStatus({ call }), taking, reports, log })
  const following = createFollowSessions({ store, rows, look, taking, clock, log })
  const launching = createPendingLaunches(clock)
  const cancel = createCancelRemote({ store, rows, call, look, taking, log })
  const launchSession = createLaunchSession({ call, tokens, log })
  const launches = prepareLaunchRows(store)
  const distant = createDistantLaunches({ store, rows, call, following })
  const callbacks = createTakeCallback({
    ...{ store, rows, urls, secrets, findConfiguration, launching, launches, adopt },
    ...{ reports, taking, look, clock, log },
  })

  async function remember(
    { provider }: ProviderTarget,
    { accountId, configuration, kind, order, sessionGuid }: ProviderLaunch,
    guid: Guid,
  ): Promise<void> {
    const { agentAssistLifetimeSeconds, digitalLifetimeSeconds } = configuration
    const seconds = kind === 'digital' ? digitalLifetimeSeconds : agentAssistLifetimeSeconds
    const now = clock.now()
    const row = {
      ...{ guid, sessionGuid, accountId, configurationId: configuration.id, now },
      provider: JSON.stringify(provider),
      amountMinor: order.amountMinor,
      currency: order.currency,
      expiresAt: now + seconds * 1000,
    }
    try {
      await store.write(async (tx) => {
        const before = await rows.find.first(tx, { guid })
        if (before?.session_guid === sessionGuid) return
        if (await rows.paymentSession.first(tx, { guid })) throw new UniqueViolation(undefined)
        await rows.insert.run(tx, row)
        await launches.name.run(tx, { sessionGuid, guid })
      })
    } catch (error) {
      if (!(error instanceof UniqueViolation)) throw error
      const { id: configurationId } = configuration
      log.error(
        { accountId, configurationId },
        'a provider answered a launch with a session that already exists',
      )
      throw new NotLaunched(
        'provider-refused',
        'The payment provider returned a session that it had already opened.',
      )
    }
  }

  return {
    distant: (provider) => provider && distant(provider),
    /** Durable when it resolves: a callback may come as soon as the session is known. */
    async launch(request): Promise<ProviderLaunched> {
      const { accountId, configuration } = request
      const { id: configurationId, provider } = configuration
      if (!provider) throw new Error(`Account configuration ${configurationId} does not name a provider.`)
      const target = { accountId, configurationId, provider }
      const { generation } = provider.callback
      const launchedOrNot = launching.begin()
      try {
        const callbackUrl = urls.url({ accountId, configurationId, generation })
        const launched = await launchSession(target, request, callbackUrl)
        const guid = launched.providerSessionGuid
        await remember(target, request, guid)
        const row = await rows.find.first(store.reader, { guid })
        if (row) following.follow(row)
        return { ...launched, durable: Promise.resolve() }
      } finally {
        launchedOrNot()
      }
    },
    cancel,
    closeView: createCloseRemoteView({ store, rows, cancel, log }),
    cancelAfterwards: createCancelRemoteAfterwards({ store, rows, call, look }),
    sendLink: createSendRemoteLink({ store, rows, call }),
    has: async (guid) => (await rows.find.first(store.reader, { guid })) !== undefined,
    routes: (app) => callbackRoute(app, callbacks),
    async start() {
      await taking.resume()
      await following.start()
    },
    async close() {
      taking.close()
      await following.close()
    },
  }
}
