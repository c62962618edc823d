import type { PageState } from '@tonegate/protocol/payment-page-data'
import type { FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import type { Clock } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import { createRateLimit } from '../../base/throttle/rate-limit.ts'
import type { Http } from '../../http/http.ts'
import type { SetPageHeaders } from '../../http/page-headers.ts'
import { whenClosed } from '../../http/when-closed.ts'
import type { VaultSessions } from '../model/vault-sessions.ts'
import { openByLink, PaymentPageLink, paymentPagePath } from './payment-page-link.ts'
import { submissionPattern, type VoidSubmissions } from './payment-page-void.ts'
import { pageStateOf, waitWhile } from './payment-page-wait.ts'

/** A request that waits is answered before anything between browser and server gives it up. */
const waitMilliseconds = 20_000

/** A page reports what is typed four times a second; what comes faster than this is passed over. */
const reportsPerSecond = 10

const bodyLimit = 256
const closed = { additionalProperties: false }
const StateQuery = Type.Object({ wait: Type.Optional(Type.Enum(['open', 'processing', 'challenge'])) })
const Submission = Type.Object({ submission: Type.String({ pattern: submissionPattern }) }, closed)
const Typed = Type.Object(
  {
    field: Type.Enum(['pan', 'expiry', 'securityCode']),
    digits: Type.Integer({ minimum: 0, maximum: 19 }),
  },
  closed,
)

/**
 * What the payment page's script asks and tells; each answers with the {@link PageState}.
 *
 * - `GET …/state`: with `?wait=processing` as soon as it is another, within 20 seconds.
 * - `POST …/state` `{submission}`: takes back a form whose answer was lost. When the state is `open` then, it was not
 *   charged and never will be.
 * - `POST …/opened`: somebody sees the page. A browser that loads it ahead says so, and is not heard.
 * - `POST …/typing` `{field, digits}`: so many digits are in that field, and never which; 204 while that is of use.
 */
export function registerPaymentPageState(
  app: Http,
  {
    sessions,
    setHeaders,
    clock,
    voidSubmissions,
  }: {
    readonly sessions: VaultSessions
    readonly setHeaders: SetPageHeaders
    readonly clock: Clock
    readonly voidSubmissions: VoidSubmissions
  },
): void {
  const reports = createRateLimit({ clock, requestsPerSecond: reportsPerSecond })
  const closing = new AbortController()
  app.addHook('preClose', async () => closing.abort())
  const onRequest = [setHeaders, refuseOtherSites]

  app.get(
    `${paymentPagePath}/state`,
    { schema: { params: PaymentPageLink, querystring: StateQuery }, onRequest },
    async ({ params, query }, reply) => {
      const session = openByLink(sessions, params)
      if (!session) return over
      if (query.wait !== undefined) {
        const gone = new AbortController()
        whenClosed(reply.raw, () => gone.abort())
        const signal = AbortSignal.any([closing.signal, gone.signal])
        await waitWhile(query.wait, session, { clock, milliseconds: waitMilliseconds, signal })
      }
      return { state: pageStateOf(session) }
    },
  )

  app.post(
    `${paymentPagePath}/state`,
    { schema: { params: PaymentPageLink, body: Submission }, bodyLimit, onRequest },
    async ({ params, body }: { params: PaymentPageLink; body: Static<typeof Submission> }) => {
      const session = openByLink(sessions, params)
      if (!session) return over
      voidSubmissions.add(session, body.submission)
      return { state: pageStateOf(session) }
    },
  )

  app.post(
    `${paymentPagePath}/opened`,
    { schema: { params: PaymentPageLink }, bodyLimit, onRequest },
    async ({ params, headers }) => {
      const session = openByLink(sessions, params)
      if (!session) return over
      if (!isLoadedAhead(headers)) session.pageOpened()
      return { state: pageStateOf(session) }
    },
  )

  app.post(
    `${paymentPagePath}/typing`,
    { schema: { params: PaymentPageLink, body: Typed }, bodyLimit, onRequest },
    async ({ params, body }, reply) => {
      const session = openByLink(sessions, params)
      if (!session) return over
      const state = pageStateOf(session)
      if (state !== 'open') return { state }
      if (reports.take(session.guid).allowed) session.pageTyped(body.field, body.digits)
      return reply.code(204).send()
    },
  )
}

const over: { readonly state: PageState } = { state: 'over' }

/** Browsers say for which requests nobody is there yet: a page that is fetched or drawn in case it will be wanted. */
const isLoadedAhead = ({ 'sec-purpose': now, purpose: before }: FastifyRequest['headers']): boolean =>
  [now, before].some((purpose) => /\b(?:prefetch|prerender|preview)\b/i.test(String(purpose ?? '')))

/** Browsers say where a request comes from (Fetch Metadata); what is no browser says nothing. */
async function refuseOtherSites({ headers }: FastifyRequest): Promise<void> {
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin')
    throw new Problem('not-found', 'No resource exists at this path.')
}
