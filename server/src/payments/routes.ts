import swagger from '@fastify/swagger'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Parts } from '../base/parts.ts'
import { type Problem, problemBody, problemMediaType } from '../base/problem.ts'
import { errorsPageAt } from '../base/region.ts'
import { parseJsonBody } from '../http/bodies/json-body.ts'
import { takeBodies } from '../http/bodies/take-bodies.ts'
import type { Http } from '../http/http.ts'
import type { BearerCheck, Caller } from '../identity/bearer.ts'
import type { Cors } from '../identity/endpoints/cors.ts'
import type { CancelSessionJson } from './cancel-session.ts'
import type { CreateSession } from './create/create-session.ts'
import type { GetSessionJson } from './get-session.ts'
import type { Idempotency, KeptAnswer } from './idempotency.ts'
import type { ListSessions } from './list-sessions.ts'
import { callerOf, describeCaller, passBearerCheck } from './pass-bearer-check.ts'
import { errorsPage } from './reference/errors-page.ts'
import { openapiOptions, routeSchemas } from './reference/openapi.ts'
import { idempotencyKey, requestFingerprints } from './requests/idempotency-key.ts'
import type { NewSession } from './requests/new-session.ts'
import { readCreateRequest } from './requests/read-create-request.ts'
import { readResendRequest } from './requests/read-resend-request.ts'
import type { ResendLink } from './resend-link.ts'

const json = 'application/json; charset=utf-8'

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
  readonly idempotency: Idempotency
}

/** The Payment API under `/globalpci` (contract/payment-api §1), its description and its page of errors. */
export function paymentRoutes(app: Http, parts: RouteParts): void {
  app.register(
    async (scope: FastifyInstance) => {
      parts.cors.addTo(scope)
      await scope.register(swagger, openapiOptions)
      scope.setSerializerCompiler(() => JSON.stringify)
      // Bodies are read by readCreateRequest, whose schema the routes show.
      scope.setValidatorCompiler(() => () => true)
      documentationRoutes(scope)
      scope.register(async (api: FastifyInstance) => sessionRoutes(api, parts))
    },
    { prefix: '/globalpci' },
  )
}

function documentationRoutes(scope: FastifyInstance): void {
  const page = errorsPage()
  scope.get('/openapi.json', { schema: routeSchemas.hidden }, (_request, reply) =>
    reply.type(json).send(`${JSON.stringify(scope.swagger(), null, 2)}\n`),
  )
  scope.get('/errors', { schema: routeSchemas.hidden }, (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; img-src 'self'; frame-ancestors 'none'")
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
  const create = createHandler(parts)
  api.post('/v1/session', { schema: routeSchemas.createSession }, create('agent-assist'))
  api.post('/v1/digitalsession', { schema: routeSchemas.createDigitalSession }, create('digital'))
  api.get<{ Params: { sessionGuid: string } }>(
    '/v1/session/:sessionGuid',
    { schema: routeSchemas.getSession },
    async (request, reply) =>
      answerJson(reply, await getSessionJson(callerOf(request), request.params.sessionGuid)),
  )
  api.get('/v1/sessions', { schema: routeSchemas.listSessions }, async (request, reply) => {
    const [, query = ''] = request.url.split(/\?(.*)/s)
    return answerJson(reply, JSON.stringify(await listSessions(callerOf(request), query)))
  })
  api.register(async (bodiless: FastifyInstance) => {
    ignoreBodies(bodiless)
    bodiless.post<{ Params: { sessionGuid: string } }>(
      '/v1/session/:sessionGuid/cancel',
      { schema: routeSchemas.cancelSession },
      async (request, reply) =>
        answerJson(reply, await cancelSessionJson(callerOf(request), request.params.sessionGuid)),
    )
  })
  api.register(async (scope: FastifyInstance) => {
    allowEmptyBodies(scope)
    scope.post<{ Params: { sessionGuid: string } }>(
      '/v1/digitalsession/:sessionGuid/resend',
      { schema: routeSchemas.resendLink },
      async (request, reply) => {
        const wanted = readResendRequest(request.body)
        const sent = await resendLink(callerOf(request), request.params.sessionGuid, wanted)
        return answerJson(reply, JSON.stringify(sent))
      },
    )
  })
}

/** A body that need not be there is JSON where it is; some clients name its type all the same. */
function allowEmptyBodies(scope: FastifyInstance): void {
  scope.removeContentTypeParser('application/json')
  takeBodies(scope, {
    mediaType: 'application/json',
    read: (body) => (body.length === 0 ? undefined : parseJsonBody(body)),
  })
}

/** A body that nothing is read from may be of any type, and empty. */
function ignoreBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  takeBodies(scope, { mediaType: '*', bytes: 'as-sent', read: () => undefined })
}

/** Both POSTs: the same story, told of another kind of session. */
function createHandler({ createSession, idempotency, sealer, region }: RouteParts) {
  const secrets = sealer.derivations('idempotency fingerprint')
  return (kind: NewSession['kind']) => async (request: FastifyRequest, reply: FastifyReply) => {
    const caller = callerOf(request)
    const key = idempotencyKey(request.raw)
    const session = { kind, caller, request: readCreateRequest(request.body) }
    if (key === undefined) return answerJson(reply, JSON.stringify(await createSession(session)))

    const { method, body } = request
    const fingerprints = requestFingerprints(secrets, {
      method,
      path: request.routeOptions.url ?? '',
      body,
    })
    const instance = request.url.split('?', 1)[0] ?? ''
    const documentation = errorsPageAt(region, request.headers.host)
    const answer = await idempotency.answerOnce(
      { sender: senderOf(caller), key, fingerprints },
      async (remember, name) => {
        const created = await createSession({
          ...session,
          name,
          alongside: (tx, opened) => remember(tx, opened200(JSON.stringify(opened))),
        })
        return opened200(JSON.stringify(created))
      },
      (problem) => refusal(problem, { documentation, instance }),
    )
    return reply
      .code(answer.status)
      .header('cache-control', 'no-store')
      .type(answer.mediaType)
      .send(answer.body)
  }
}

/**
 * Whose `Idempotency-Key` it is. A client that many people sign in with has keys for each of them, and for each agent
 * that one of them becomes: an answer holds the agent view's tokens, and goes to nobody but whom it was made for.
 */
const senderOf = ({ clientId, account, agentId = '', access: { userId } }: Caller): string =>
  [clientId, account.id, agentId, ...(userId === undefined ? [] : [userId])].join(' ')

const opened200 = (body: string): KeptAnswer => ({ status: 200, mediaType: json, body })

function refusal(
  problem: Problem,
  place: { readonly documentation: string; readonly instance: string },
): KeptAnswer {
  const body = JSON.stringify(problemBody(problem, place))
  return { status: problem.status, mediaType: problemMediaType, body }
}

function answerJson(reply: FastifyReply, text: string): FastifyReply {
  return reply.header('cache-control', 'no-store').type(json).send(text)
}
