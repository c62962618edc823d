import type { Guid } from '../base/guid.ts'
import type { Calls } from '../calls/calls.ts'
import type { Http } from '../http/http.ts'
import type { BearerCheck } from '../identity/bearer.ts'
import type { Cors } from '../identity/endpoints/cors.ts'
import type { FindEnded } from '../identity/tokens/find-ended.ts'
import type { StoreParts } from '../store/parts.ts'
import { createCancelSession } from './cancel-session.ts'
import { type AccountSecrets, createAccountSecrets } from './configurations/account-secrets.ts'
import { type Configurations, createConfigurations } from './configurations/configurations.ts'
import { createCreateSession } from './create-session.ts'
import { createViewEndings } from './end-views.ts'
import { createFindSession } from './find-session.ts'
import { createGetSession } from './get-session.ts'
import { createIdempotency } from './idempotency.ts'
import { type AdoptLaunch, createAdoptLaunch, createLaunchOfResult } from './launches/adopt-launch.ts'
import { createFollowLaunches } from './launches/follow-launches.ts'
import { prepareLaunchRows } from './launches/launch-rows.ts'
import { createOpenDistant } from './launches/open-distant.ts'
import { createPendingLaunches } from './launches/pending-launches.ts'
import { createListSessions } from './list-sessions.ts'
import type { Provider, ProviderReports } from './provider.ts'
import { createReports } from './record-result.ts'
import { createRetention } from './remove-results.ts'
import { createResendLink } from './resend-link.ts'
import { paymentRoutes } from './routes.ts'
import { createSessionSeal } from './seal-session.ts'
import { createStatusText } from './session-answer.ts'
import { createSessionCursors } from './session-cursor.ts'
import { createSessionEndings } from './session-endings.ts'
import type { SessionState } from './session-state.ts'
import { createSettledAnswers } from './settled-answers.ts'
import type { WaysOut } from './webhooks/send-webhook.ts'
import { createWebhooks } from './webhooks/webhooks.ts'

/** What the floors above need to know of a payment session, whatever its account. */
export interface ProviderSession {
  readonly accountId: number
  readonly providerSessionGuid: Guid
  readonly callGuid: Guid | null
  readonly state: SessionState
}

/** The Payment API of a region: what was asked and what became of it. */
export interface Payments {
  readonly reports: ProviderReports
  readonly configurations: Configurations
  readonly secrets: AccountSecrets
  /** Takes up a launch whose answer was lost. */
  readonly adopt: AdoptLaunch
  routes(app: Http): void
  findProviderSession(sessionGuid: Guid): Promise<ProviderSession | undefined>
  /** Begins to remove what may not be kept, to deliver webhooks, and to follow launches that were not answered. */
  start(): Promise<void>
  close(): Promise<void>
}

export function createPayments({
  store,
  clock,
  random,
  newGuid,
  sealer,
  log,
  region,
  provider,
  calls,
  bearer,
  cors,
  findEnded,
  waysOut,
  settings,
}: Pick<StoreParts, 'store' | 'clock' | 'random' | 'newGuid' | 'sealer' | 'log' | 'region'> & {
  readonly provider: Provider
  readonly calls: Pick<Calls, 'findLiveCall'>
  readonly bearer: BearerCheck
  readonly cors: Cors
  readonly findEnded: FindEnded
  /** To whom webhooks are sent. */
  readonly waysOut: WaysOut
  /** Null: clients are not limited. */
  readonly settings: { readonly apiRequestsPerSecond: number | null }
}): Payments {
  const configurations = createConfigurations({ store, clock })
  const pending = createPendingLaunches(clock)
  const endings = createSessionEndings(clock)
  const settled = createSettledAnswers()
  const findSession = createFindSession({ store, clock })
  const seal = createSessionSeal(sealer)
  const statusText = createStatusText({ store, clock, seal })
  const retention = createRetention({ store, clock, log })
  const secrets = createAccountSecrets({ store, sealer, clock })
  const webhooks = createWebhooks({
    store,
    clock,
    random,
    newGuid,
    sealer,
    log,
    configurations,
    secrets,
    waysOut,
  })
  const { outbox } = webhooks
  const viewEndings = createViewEndings({ store, clock, log, provider, findEnded })
  const launchRows = prepareLaunchRows(store)
  const adopt = createAdoptLaunch({ store, rows: launchRows, sealer, seal, provider, log })
  const following = createFollowLaunches({ store, rows: launchRows, provider, adopt, clock, log })
  const openDistant = createOpenDistant({
    ...{ store, rows: launchRows, sealer, provider, following, newGuid, clock, log },
  })
  const launchOfResult = createLaunchOfResult({ store, rows: launchRows, adopt })
  const parts = {
    clock,
    sealer,
    region,
    bearer,
    cors,
    settings,
    createSession: createCreateSession({
      store,
      clock,
      newGuid,
      log,
      calls,
      provider,
      configurations,
      pending,
      openDistant,
      settleOnCall: following.settleOnCall,
      seal,
    }),
    getSession: createGetSession({ clock, findSession, statusText, settled }),
    listSessions: createListSessions({ store, clock, cursors: createSessionCursors(sealer) }),
    cancelSession: createCancelSession({ findSession, provider, endings, statusText }),
    resendLink: createResendLink({ findSession, provider, log }),
    idempotency: createIdempotency({ store, clock, newGuid, sealer }),
  }
  const find = store.prepare((db, p: { guid: string }) =>
    db
      .selectFrom('payment_session')
      .select(['account_id', 'provider_session_guid', 'call_guid', 'state'])
      .where('guid', '=', p.guid),
  )
  return {
    configurations,
    secrets,
    adopt,
    reports: createReports({
      ...{ store, clock, log, configurations, pending, launchOfResult, endings, settled, seal, outbox },
    }),
    routes: (app) => paymentRoutes(app, parts),
    async findProviderSession(sessionGuid) {
      const row = await find.first(store.reader, { guid: sessionGuid })
      return (
        row && {
          accountId: row.account_id,
          providerSessionGuid: row.provider_session_guid as Guid,
          callGuid: row.call_guid as Guid | null,
          state: row.state,
        }
      )
    },
    async start() {
      retention.start()
      webhooks.start()
      viewEndings.start()
      await following.start()
    },
    async close() {
      await viewEndings.close()
      await following.close()
      await webhooks.close()
      await retention.close()
    },
  }
}
