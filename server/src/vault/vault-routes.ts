import type { LinkChannel } from '@tonegate/protocol/view-state'
import type { Parts } from '../base/parts.ts'
import { type BrowserAssets, registerBrowserAssets } from '../http/browser-assets.ts'
import type { Http } from '../http/http.ts'
import { createPageHeaders } from '../http/page-headers.ts'
import type { OpenElsewhere } from './agent-view/distant-view.ts'
import { createEventStreams } from './agent-view/event-streams.ts'
import type { OpensView } from './agent-view/open-view.ts'
import { registerSharedViewEvents } from './agent-view/shared-view-events.ts'
import type { ViewTokens } from './agent-view/view-access.ts'
import { registerViewCommands } from './agent-view/view-commands.ts'
import { registerViewEvents } from './agent-view/view-events.ts'
import { type CallerNumber, registerViewPage } from './agent-view/view-page.ts'
import { registerViewTokenRenewal } from './agent-view/view-token-renewal.ts'
import type { VaultSessions } from './model/vault-sessions.ts'
import { registerPaymentPage } from './payment-page/payment-page.ts'

/** What the vault shows to browsers: the agent view, the customer's payment page and the files they load. */
export function createVaultRoutes({
  sessions,
  viewTokens,
  opensView = async () => false,
  channels,
  callerNumber = async () => undefined,
  openElsewhere,
  region,
  clock,
  random,
  log,
  assets,
}: Pick<Parts, 'region' | 'clock' | 'random' | 'log'> & {
  readonly sessions: VaultSessions
  readonly viewTokens: ViewTokens
  /** Whether a token that was not issued for one session opens its view; none does unless said. */
  readonly opensView?: OpensView
  /** Those that links can be sent by. */
  readonly channels: readonly LinkChannel[]
  /** None is known unless said. */
  readonly callerNumber?: CallerNumber
  /** The views of sessions that other nodes have; there are none unless said. */
  readonly openElsewhere?: OpenElsewhere | undefined
  readonly assets: BrowserAssets
}): (app: Http) => void {
  const setHeaders = createPageHeaders(region.paymentOrigin)
  const view = { sessions, viewTokens, setHeaders }
  return (app) => {
    registerViewPage(app, { ...view, opensView, channels, callerNumber, clock, random, log, assets })
    const streams = createEventStreams(clock)
    registerViewEvents(app, { ...view, streams })
    registerSharedViewEvents(app, { ...view, streams, openElsewhere })
    registerViewCommands(app, { ...view, clock })
    registerViewTokenRenewal(app, { ...view, clock })
    registerBrowserAssets(app, assets)
    registerPaymentPage(app, { sessions, setHeaders, clock, log, assets })
  }
}
