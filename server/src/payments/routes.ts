import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Parts } from '../base/parts.ts'
import { takeBodies } from '../http/bodies/take-bodies.ts'
import type { Http } from '../http/http.ts'
import { contentSecurityPolicy } from '../http/page-headers.ts'
import type { BearerCheck } from '../identity/bearer.ts'
import type { Cors } from '../identity/endpoints/cors.ts'
import type { CancelSessionJson } from './cancel-session.ts'
import type { CreateSession } from './create/create-session.ts'
import { type EventRouteParts, eventRoutes } from './events/event-routes.ts'
import type { GetSessionJson } from './get-session.ts'
import { type AnswerOnce, answerJson, createAnswerOnce, json } from './idempotency/answer-once.ts'
import type { Idempotency, KeptAnswer } from './idempotency/idempotency.ts'
import type { ListSessions } from './list-sessions.ts'
import { operationRoutes } from './operations/operation-routes.ts'
import type { PaymentOperations } from './operations/order-operation.ts'
import { callerOf, describeCaller, passBearerCheck } from './pass-bearer-check.ts'
import { errorsPage } from './reference/errors-page.ts'
import { allowEmptyBodies } from './requests/empty-bodies.ts'
import type { NewSession } from './requests/new-session.ts'
import { readCreateRequest } from './requests/read-create-request.ts'
import { readResendRequest } from './requests/read-resend-request.ts'
import type { ResendLink } from './resend-link.ts'

/** What the routes are made of. */
export interface RouteParts extends Pick<Parts, 'clock' | 'sealer' | 'region'> {
  readonly bearer: BearerCheck
  readonly cors: Cors
  readonly settings: { readonly apiRequestsPerSecond: number | null }
  readonly createSession: CreateSession
  readonly getSessionJson: GetSessionJson
  readonly listSessions: ListSessions
  readonly cancelSessionJson: CancelSessionJson
  readonly resendLink: ResendLink
  readonly operations: PaymentOperations
  readonly events: EventRouteParts
  readonly idempotency: Idempotency
  readonly pages: PagesOfErrors
}

/** What the page of errors is made with. */
export interface PagesOfErrors {
  readonly stylesheet: string
  /** Where the documentation is served; absent where it is not. */
  readonly documentation?: string
}

/** The Payment API under `/globalpci` (contract/payment-api §1), and its page of errors. `reference/payment-api.ts` describes each. */
export function paymentRoutes(app: Http, parts: RouteParts): void {
  app.register(
    async (scope: FastifyInstance) => {
      parts.cors.addTo(scope)
      documentationRoutes(scope, parts.pages)
      scope.register(async (api: FastifyInstance) => sessionRoutes(api, parts))
    },
    { prefix: '/globalpci' },
  )
}

function documentationRoutes(scope: FastifyInstance, pages: PagesOfErrors): void {
  const page = errorsPage(pages)
  scope.get('/errors', (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', contentSecurityPolicy({ 'style-src': "'self'" }))
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer')
      .send(page),
  )
}

function sessionRoutes(api: FastifyInstance, parts: RouteParts): void {
  const { bearer, cors, clock, settings, getSessionJson, listSessions, cancelSessionJson, resendLink } = parts
  api.decorateRequest('paymentCaller', null)
  api.addHook(
    'onRequest',
    passBearerCheck({ bearer, cors, clock, requestsPerSecond: settings.apiRequestsPerSecond }),
  )
  api.addHook('onError', (request, _reply, _error, done) => {
    describeCaller(request)
    done()
  })
  api.removeContentTypeParser('application/x-www-form-urlencoded')
  const answerOnce = createAnswerOnce(parts)
  const create = createHandler({ ...parts, answerOnce })
  api.post('/v1/session', create('agent-assist'))
  api.post('/v1/digitalsession', create('digital'))
  api.get<{ Params: { sessionGuid: string } }>('/v1/session/:sessionGuid', async (request, reply) =>
    answerJson(reply, await getSessionJson(callerOf(request), request.params.sessionGuid)),
  )
  api.get('/v1/sessions', async (request, reply) => {
    const [, query = ''] = request.url.split(/\?(.*)/s)
    return answerJson(reply, JSON.stringify(await listSessions(callerOf(request), query)))
  })
  api.register(async (bodiless: FastifyInstance) => {
    ignoreBodies(bodiless)
    bodiless.post<{ Params: { sessionGuid: string } }>(
      '/v1/session/:sessionGuid/cancel',
      async (request, reply) =>
        answerJson(reply, await cancelSessionJson(callerOf(request), request.params.sessionGuid)),
    )
  })
  api.register(async (scope: FastifyInstance) => eventRoutes(scope, parts.events))
  api.register(async (scope: FastifyInstance) => operationRoutes(scope, { ...parts, answerOnce }))
  api.register(async (scope: FastifyInstance) => {
    allowEmptyBodies(scope)
    scope.post<{ Params: { sessionGuid: string } }>(
      '/v1/digitalsession/:sessionGuid/resend',
      async (request, reply) => {
        const wanted = readResendRequest(request.body)
        const sent = await resendLink(callerOf(request), request.params.sessionGuid, wanted)
        return answerJson(reply, JSON.stringify(sent))
      },
    )
  })
}

/** A body that nothing is read from may be of any type, and empty. */
function ignoreBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  takeBodies(scope, { mediaType: '*', bytes: 'as-sent', read: () => undefined })
}

/** Both POSTs: the same story, told of another kind of session. */
function createHandler({ createSession, answerOnce }: RouteParts & { readonly answerOnce: AnswerOnce }) {
  return (kind: NewSession['kind']) => (request: FastifyRequest, reply: FastifyReply) => {
    const session = { kind, caller: callerOf(request), request: readCreateRequest(request.body) }
    return answerOnce(request, reply, async (keyed) => {
      if (!keyed) return opened200(JSON.stringify(await createSession(session)))
      const { name, remember } = keyed
      const alongside: NewSession['alongside'] = (tx, opened) =>
        remember(tx, opened200(JSON.stringify(opened)))
      return opened200(JSON.stringify(await createSession({ ...session, name, alongside })))
    })
  }
}

const opened200 = (body: string): KeptAnswer => ({ status: 200, mediaType: json, body })
