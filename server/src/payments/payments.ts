import type { Guid } from '../base/guid.ts'
import type { OutgoingByAddress } from '../base/outgoing/outgoing-by-address.ts'
import type { Calls } from '../calls/calls.ts'
import type { Http } from '../http/http.ts'
import type { BearerCheck } from '../identity/bearer.ts'
import type { Cors } from '../identity/endpoints/cors.ts'
import type { FindEnded } from '../identity/tokens/find-ended.ts'
import type { DeliveryMeter } from '../store/outbox/delivery-meter.ts'
import type { StoreParts } from '../store/parts.ts'
import { createCancelSessionJson } from './cancel-session.ts'
import { type AccountSecrets, createAccountSecrets } from './configurations/account-secrets.ts'
import { type Configurations, createConfigurations } from './configurations/configurations.ts'
import { createCreateSession } from './create/create-session.ts'
import { createEvents } from './events/events.ts'
import { createFindProviderSession, type ProviderSession } from './find-provider-session.ts'
import { createFindSession } from './find-session.ts'
import { createGetSessionJson } from './get-session.ts'
import { createIdempotency } from './idempotency/idempotency.ts'
import { type AdoptLaunch, createAdoptLaunch, createLaunchOfResult } from './launches/adopt-launch.ts'
import { createFollowLaunches } from './launches/follow-launches.ts'
import { prepareLaunchRows } from './launches/launch-rows.ts'
import { createLaunchesInHand } from './launches/launches-in-hand.ts'
import { createOpenDistant } from './launches/open-distant.ts'
import { createPendingLaunches } from './launches/pending-launches.ts'
import { createListSessions } from './list-sessions.ts'
import { createOperations } from './operations/operations.ts'
import type { Provider, ProviderReports } from './provider.ts'
import { createReports } from './record-result.ts'
import { createRetention } from './remove-results.ts'
import { createResendLink } from './resend-link.ts'
import { type PagesOfErrors, paymentRoutes } from './routes.ts'
import { createSessionSeal } from './seal-session.ts'
import { createStatusText } from './session-answer.ts'
import { createSessionCursors } from './session-cursor.ts'
import { createSessionEndings } from './session-endings.ts'
import { createSettledAnswers } from './settled-answers.ts'
import { createViewEndings } from './view-endings/end-views.ts'
import { type OtherReceiver, withOtherReceiver, withOtherSecret } from './webhooks/other-receiver.ts'
import { createWebhooks } from './webhooks/webhooks.ts'

/** What the Payment API is made of beside what every room of the region is. */
interface PaymentsParts {
  readonly provider: Provider
  readonly calls: Pick<Calls, 'findLiveCall'>
  readonly bearer: BearerCheck
  readonly cors: Cors
  readonly findEnded: FindEnded
  /** To whom webhooks are sent. */
  readonly outgoing: OutgoingByAddress
  /** Absent in production. */
  readonly otherReceiver?: OtherReceiver
  readonly webhookMeter?: DeliveryMeter
  /** Null: clients are not limited. */
  readonly settings: { readonly apiRequestsPerSecond: number | null }
  readonly pages: PagesOfErrors
}

/** The Payment API of a region: what was asked and what became of it. */
export interface Payments {
  readonly reports: ProviderReports
  readonly configurations: Configurations
  readonly secrets: AccountSecrets
  /** Takes up a launch whose answer was lost. */
  readonly adopt: AdoptLaunch
  /** Hears that something has happened in a session of a vault in this process. */
  courseKept(providerSessionGuid: Guid): void
  routes(app: Http): void
  findProviderSession(sessionGuid: Guid): Promise<ProviderSession | undefined>
  /** Begins to remove what may not be kept, to deliver webhooks, and to follow launches that were not answered. */
  start(): Promise<void>
  close(): Promise<void>
}

export function createPayments(parts: StoreParts & PaymentsParts): Payments {
  const { store, clock, sealer, otherReceiver } = parts
  const configurations = withOtherReceiver(createConfigurations(parts), otherReceiver)
  const secrets = createAccountSecrets(parts)
  const webhooks = createWebhooks({
    ...parts,
    configurations,
    secrets: withOtherSecret(secrets, otherReceiver),
  })
  const seal = createSessionSeal(sealer)
  const pending = createPendingLaunches(clock)
  const endings = createSessionEndings(clock)
  const settled = createSettledAnswers()
  const findSession = createFindSession(parts)
  const statusText = createStatusText({ ...parts, seal })
  const rows = prepareLaunchRows(store)
  const adopt = createAdoptLaunch({ ...parts, rows, seal })
  const inHand = createLaunchesInHand({ ...parts, rows })
  const following = createFollowLaunches({ ...parts, rows, adopt, inHand })
  const openDistant = createOpenDistant({ ...parts, rows, following })
  const launchOfResult = createLaunchOfResult({ store, rows, adopt })
  const retention = createRetention(parts)
  const operations = createOperations({ ...parts, findSession })
  const events = createEvents({ ...parts, findSession, statusText })
  const viewEndings = createViewEndings(parts)
  const creating = { configurations, pending, openDistant, settleOnCall: following.settleOnCall, seal }
  const routeParts = {
    ...parts,
    createSession: createCreateSession({ ...parts, ...creating }),
    getSessionJson: createGetSessionJson({ clock, findSession, statusText, settled }),
    listSessions: createListSessions({ ...parts, cursors: createSessionCursors(sealer) }),
    cancelSessionJson: createCancelSessionJson({ ...parts, findSession, endings, statusText }),
    resendLink: createResendLink({ ...parts, findSession }),
    operations,
    events: events.routes,
    idempotency: createIdempotency(parts),
  }
  const reporting = { configurations, pending, inHand, launchOfResult, endings, settled, seal }
  return {
    configurations,
    secrets,
    adopt,
    reports: createReports({ ...parts, ...reporting, outbox: webhooks.outbox, changed: events.changed }),
    courseKept: events.courseKept,
    routes: (app) => paymentRoutes(app, routeParts),
    findProviderSession: createFindProviderSession(store),
    async start() {
      retention.start()
      webhooks.start()
      viewEndings.start()
      following.start()
      operations.start()
      events.start()
    },
    async close() {
      await events.close()
      await viewEndings.close()
      await following.close()
      await operations.close()
      await webhooks.close()
      await retention.close()
    },
  }
}
