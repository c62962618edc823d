import type { Guid } from '../../base/guid.ts'
import type { OutgoingByAddress } from '../../base/outgoing/outgoing-by-address.ts'
import { Problem } from '../../base/problem.ts'
import type { Http } from '../../http/http.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { AccountConfiguration } from '../configurations/account-configuration.ts'
import type { AdoptLaunch } from '../launches/adopt-launch.ts'
import { prepareLaunchRows } from '../launches/launch-rows.ts'
import { createLaunchesInHand } from '../launches/launches-in-hand.ts'
import type { Provider, ProviderLaunched, ProviderReports } from '../provider.ts'
import { createAskProvider, type NamedSecrets } from './ask-provider.ts'
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
import { createRemember } from './remember-session.ts'
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
  /** Begins to follow sessions, also those of nodes that are not there any more. */
  start(): void
  close(): Promise<void>
}

interface RemoteProviderParts {
  readonly outgoing: OutgoingByAddress
  readonly secrets: NamedSecrets
  readonly findConfiguration: (
    accountId: number,
    id: number,
  ) => AccountConfiguration | undefined | Promise<AccountConfiguration | undefined>
  /** Takes up a launch whose answer was lost. */
  readonly adopt: AdoptLaunch
  readonly reports: Pick<ProviderReports, 'recordProgress' | 'recordResult'>
}

/** The provider contract, from the side of its client (contract/provider). No digit passes through it. */
export function createRemoteProvider(
  parts: Omit<StoreParts, 'random' | 'newGuid'> & RemoteProviderParts,
): RemoteProvider {
  const { store } = parts
  const rows = prepareRemoteSessions(store)
  const launches = prepareLaunchRows(store)
  const ask = createAskProvider(parts)
  const tokens = createTokens({ ...parts, ask })
  const call = createCallProvider({ ask, tokens })
  const urls = createCallbackUrls(parts)
  const taking = createTakeResult({ ...parts, rows })
  const look = createLook({ ...parts, rows, askStatus: createAskStatus({ call }), taking })
  const following = createFollowSessions({ ...parts, rows, look, taking })
  const inHand = createLaunchesInHand({ ...parts, rows: launches })
  const cancel = createCancelRemote({ ...parts, rows, call, look, taking })
  const distant = createDistantLaunches({ rows, call })
  const callbacks = createTakeCallback({ ...parts, rows, urls, inHand, launches, taking, look })
  const remember = createRemember({ ...parts, rows, launches })
  const launchSession = createLaunchSession({ ...parts, call, tokens })

  return {
    distant: (provider) => provider && distant(provider),
    /** Durable when it resolves: a callback may come as soon as the session is known. */
    async launch(request): Promise<ProviderLaunched> {
      const { accountId, configuration } = request
      const { id: configurationId, provider } = configuration
      if (!provider) throw new Error(`Account configuration ${configurationId} does not name a provider.`)
      const target = { accountId, configurationId, provider }
      const { generation } = provider.callback
      const callbackUrl = urls.url({ accountId, configurationId, generation })
      const launched = await launchSession(target, request, callbackUrl)
      await remember(target, request, launched.providerSessionGuid)
      return { ...launched, durable: Promise.resolve() }
    },
    cancel,
    closeView: createCloseRemoteView({ ...parts, rows, cancel }),
    cancelAfterwards: createCancelRemoteAfterwards({ store, rows, call, look }),
    sendLink: createSendRemoteLink({ store, rows, call }),
    findPayment: async () => keptByProvider(),
    orderPayment: async () => keptByProvider(),
    findProgress: async () => new Map(),
    has: async (guid) => (await rows.find.first(store.reader, { guid })) !== undefined,
    routes: (app) => callbackRoute(app, callbacks),
    start: following.start,
    close: following.close,
  }
}

/** The provider contract has no word for it. */
function keptByProvider(): never {
  throw new Problem(
    'not-possible-now',
    'This session’s payment was taken by another payment provider. Capture, refund or void it there.',
  )
}
