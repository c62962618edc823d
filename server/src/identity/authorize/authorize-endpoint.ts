import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Parts } from '../../base/parts.ts'
import { type AuthorizationErrorCode, Problem } from '../../base/problem.ts'
import { addressesAt } from '../../base/region.ts'
import { takeBodies } from '../../http/bodies/take-bodies.ts'
import type { Http } from '../../http/http.ts'
import type { SetPageHeaders } from '../../http/page-headers.ts'
import { describeRefusal } from '../../http/refusals.ts'
import type { WarnOfDeprecatedFlow } from '../endpoints/deprecated-flow.ts'
import type { IssueAccessToken } from '../tokens/issue-access-token.ts'
import type { AuthorizationCodes } from './authorization-codes.ts'
import type { AuthorizationRequest, ReadAuthorizationRequest } from './authorization-request.ts'
import type { AnswerClient } from './authorization-response.ts'
import type { Consents } from './consents.ts'
import type { Pages } from './pages/pages.ts'
import { RefusedRequest, refused } from './refused-request.ts'
import { queryOf, readSentParameters, type SentParameters } from './sent-parameters.ts'
import type { SignIn, SignIns } from './sign-ins.ts'

interface AuthorizeEndpoint extends Pick<Parts, 'region' | 'clock' | 'log'> {
  readonly read: ReadAuthorizationRequest
  readonly answerClient: AnswerClient
  readonly signIns: Pick<SignIns, 'current'>
  readonly consents: Pick<Consents, 'covers'>
  readonly pages: Pages
  readonly codes: Pick<AuthorizationCodes, 'issue'>
  readonly issueAccessToken: IssueAccessToken
  readonly lifetimeSeconds: number
  readonly warnOfDeprecatedFlow: WarnOfDeprecatedFlow
  readonly setHeaders: SetPageHeaders
}

/**
 * `GET` and `POST /auth/connect/authorize` (RFC 6749 §3.1): asks the person who they are, and where it must
 * whether they allow it, and sends their browser back to the client with a code or a token.
 */
export function addAuthorizeEndpoint(app: Http, path: string, endpoint: AuthorizeEndpoint): void {
  const { read, answerClient, signIns, consents, pages, codes, clock, log } = endpoint

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { parameters, doubled } = sentBy(request)
    try {
      const authorization = await read(parameters, doubled)
      return await decide(authorization, request, reply).catch((error) => {
        throw asRefused(error, authorization, request)
      })
    } catch (error) {
      if (!(error instanceof RefusedRequest)) throw error
      return answerRefusal(error, request, reply, parameters.get('ui_locales'))
    }
  }

  async function decide(
    authorization: AuthorizationRequest,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { client, prompt } = authorization
    const afterForm = prompt.has('none') ? undefined : pages.signInAfterForm(request, reply, authorization)
    if (afterForm) return afterForm
    const signIn = await signIns.current(request)
    if (signIn === undefined || mustSignInAnew(authorization, signIn) || !isHinted(authorization, signIn)) {
      if (prompt.has('none')) throw refused(authorization, 'login_required')
      const isAnother =
        signIn && typeof authorization.idTokenHint === 'object' && !isHinted(authorization, signIn)
      const notice = isAnother ? 'another-person' : 'sign-in-again'
      return pages.signIn(request, reply, authorization, signIn && notice)
    }
    if (isForeign(signIn, authorization) && !client.shared) {
      if (!prompt.has('none')) return pages.signIn(request, reply, authorization, 'foreign-account')
      throw refused(authorization, 'access_denied', 'The user and the client belong to different accounts')
    }
    if (await needsConsent(signIn, authorization)) {
      if (prompt.has('none')) throw refused(authorization, 'consent_required')
      return pages.consent(request, reply, authorization, signIn)
    }
    return authorization.responseType === 'code'
      ? answerCode(signIn, authorization, reply)
      : answerToken(signIn, authorization, reply)
  }

  function mustSignInAnew({ prompt, maxAgeSeconds }: AuthorizationRequest, signIn: SignIn): boolean {
    if (prompt.has('login') || maxAgeSeconds === 0) return true
    const ageSeconds = Math.floor((clock.now() - signIn.authenticatedAt) / 1000)
    return maxAgeSeconds !== undefined && ageSeconds > maxAgeSeconds
  }

  async function needsConsent(signIn: SignIn, authorization: AuthorizationRequest): Promise<boolean> {
    const { client, prompt, scope } = authorization
    if (prompt.has('consent')) return true
    return isForeign(signIn, authorization) && !(await consents.covers(signIn.user.id, client.id, scope))
  }

  async function answerCode(
    { id: signInId, user, authenticatedAt }: SignIn,
    authorization: AuthorizationRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { client, redirectUri, redirectUriSent, scope, codeChallenge, nonce, keyThumbprint } = authorization
    const code = await codes.issue({
      clientId: client.id,
      userId: user.id,
      signInId,
      redirectUri,
      redirectUriSent,
      scope,
      codeChallenge,
      nonce,
      authenticatedAt,
      keyThumbprint,
    })
    log.debug({ clientId: client.id, userId: user.id, scope }, 'a code was issued')
    return answerClient(reply, authorization, { code })
  }

  /** No refresh token comes with it (RFC 6749 §4.2.2). */
  async function answerToken(
    { user }: SignIn,
    authorization: AuthorizationRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { client, scope, parameters } = authorization
    const { region, issueAccessToken, lifetimeSeconds, warnOfDeprecatedFlow } = endpoint
    const addresses = addressesAt(region, reply.request.headers.host)
    const access_token = await issueAccessToken({ client, user, scope, addresses })
    warnOfDeprecatedFlow(client, 'implicit')
    log.debug({ clientId: client.id, userId: user.id, scope }, 'a token was issued')
    return answerClient(reply, authorization, {
      access_token,
      token_type: 'Bearer',
      expires_in: String(lifetimeSeconds),
      ...(scope !== parameters.get('scope') && { scope }),
    })
  }

  function answerRefusal(
    { refusal }: RefusedRequest,
    request: FastifyRequest,
    reply: FastifyReply,
    uiLocales: string | undefined,
  ): FastifyReply {
    if (refusal.to === 'person') {
      const { reason, clientId } = refusal
      const message = 'an authorization request was refused on a page'
      describeRefusal(request, { code: reason, ...(clientId !== undefined && { clientId }), message })
      return pages.error(request, reply, { status: 400, reason, uiLocales })
    }
    const { target, code, description } = refusal
    const entry = { requestId: request.id, clientId: target.client.id, error: code }
    log.info(entry, 'an authorization request was refused')
    const described = description !== undefined && { error_description: description }
    return answerClient(reply, target, { error: code, ...described })
  }

  /** A fault of ours, told to the client as far as it may know it (RFC 6749 §4.1.2.1). */
  function asRefused(
    error: Error,
    authorization: AuthorizationRequest,
    request: FastifyRequest,
  ): RefusedRequest {
    if (error instanceof RefusedRequest) return error
    const overloaded = error instanceof Problem && error.status === 503
    const code: AuthorizationErrorCode = overloaded ? 'temporarily_unavailable' : 'server_error'
    const entry = { clientId: authorization.client.id, err: error, requestId: request.id }
    log.error(entry, 'an authorization request failed')
    return refused(authorization, code)
  }

  /** What cannot be read, or failed before there was a client to tell. */
  function answerUnreadable(error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const status =
      'statusCode' in error ? Number(error.statusCode) : error instanceof Problem ? error.status : 500
    if (error instanceof Problem) reply.headers(error.options.headers ?? {})
    if (status >= 400 && status < 500)
      return pages.error(request, reply, { status, reason: 'request-malformed' })
    describeRefusal(request, { err: error, message: 'an authorization request failed' })
    return pages.error(request, reply, { status: status === 503 ? 503 : 500, reason: 'internal' })
  }

  app.register((scope, _options, done) => {
    scope.setChildLoggerFactory((logger) => logger)
    scope.removeAllContentTypeParsers()
    takeBodies(scope, { mediaType: formMediaType, maxBytes, read: keepBody })
    scope.addHook('onRequest', endpoint.setHeaders)
    scope.setErrorHandler<Error>(answerUnreadable)
    scope.route({ method: ['GET', 'POST'], url: path, exposeHeadRoute: false, handler: answer })
    done()
  })
}

const formMediaType = 'application/x-www-form-urlencoded'
const maxBytes = 16 * 1024

/** Which parameters came twice matters to the answer, so that the body is read by its handler. */
const keepBody = (body: Buffer) => body

/** The query, or the body of a POST, whose query says nothing (OpenID Connect Core §3.1.2.1). */
function sentBy({ method, url, body }: FastifyRequest): SentParameters {
  if (method !== 'POST') return readSentParameters(queryOf(url))
  return readSentParameters(Buffer.isBuffer(body) ? body : Buffer.alloc(0))
}

/** Whether it is the person that the client means, if it means one (OpenID Connect Core §3.1.2.1). */
const isHinted = ({ idTokenHint }: AuthorizationRequest, { user }: SignIn): boolean =>
  idTokenHint === undefined || (idTokenHint !== 'unknown' && idTokenHint.userId === user.id)

const isForeign = ({ user }: SignIn, { client }: AuthorizationRequest): boolean =>
  user.account.id !== client.account.id
