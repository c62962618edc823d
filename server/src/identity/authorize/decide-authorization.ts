import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Parts } from '../../base/parts.ts'
import { addressesAt } from '../../base/region.ts'
import type { WarnOfDeprecatedFlow } from '../endpoints/deprecated-flow.ts'
import type { IssueAccessToken } from '../tokens/issue-access-token.ts'
import type { AuthorizationCodes } from './authorization-codes.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import type { AnswerClient } from './authorization-response.ts'
import type { Consents } from './consents.ts'
import type { Pages } from './pages/pages.ts'
import { refused } from './refused-request.ts'
import type { SignIn, SignIns } from './sign-ins.ts'

/** What an authorization request is decided with, and answered. */
export interface Decision extends Pick<Parts, 'region' | 'clock' | 'log'> {
  readonly answerClient: AnswerClient
  readonly signIns: Pick<SignIns, 'current'>
  readonly consents: Pick<Consents, 'covers'>
  readonly pages: Pages
  readonly codes: Pick<AuthorizationCodes, 'issue'>
  readonly issueAccessToken: IssueAccessToken
  readonly lifetimeSeconds: number
  readonly warnOfDeprecatedFlow: WarnOfDeprecatedFlow
}

/**
 * Shows the page that is next, or sends the browser back to the client.
 *
 * @throws {RefusedRequest} what the client is told instead.
 */
export async function decideAuthorization(
  context: Decision,
  authorization: AuthorizationRequest,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { pages, signIns } = context
  const { client, prompt } = authorization
  const afterForm = prompt.has('none') ? undefined : pages.signInAfterForm(request, reply, authorization)
  if (afterForm) return afterForm
  const signIn = await signIns.current(request)
  if (
    signIn === undefined ||
    mustSignInAnew(context, authorization, signIn) ||
    !isHinted(authorization, signIn)
  ) {
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
  if (await needsConsent(context, authorization, signIn)) {
    if (prompt.has('none')) throw refused(authorization, 'consent_required')
    return pages.consent(request, reply, authorization, signIn)
  }
  return authorization.responseType === 'code'
    ? answerCode(context, authorization, signIn, reply)
    : answerToken(context, authorization, signIn, reply)
}

function mustSignInAnew(
  { clock }: Decision,
  { prompt, maxAgeSeconds }: AuthorizationRequest,
  signIn: SignIn,
): boolean {
  if (prompt.has('login') || maxAgeSeconds === 0) return true
  const ageSeconds = Math.floor((clock.now() - signIn.authenticatedAt) / 1000)
  return maxAgeSeconds !== undefined && ageSeconds > maxAgeSeconds
}

async function needsConsent(
  { consents }: Decision,
  authorization: AuthorizationRequest,
  signIn: SignIn,
): Promise<boolean> {
  const { client, prompt, scope } = authorization
  if (prompt.has('consent')) return true
  return isForeign(signIn, authorization) && !(await consents.covers(signIn.user.id, client.id, scope))
}

async function answerCode(
  { codes, log, answerClient }: Decision,
  authorization: AuthorizationRequest,
  { id: signInId, user, authenticatedAt }: SignIn,
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
  context: Decision,
  authorization: AuthorizationRequest,
  { user }: SignIn,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { client, scope, parameters } = authorization
  const { region, issueAccessToken, lifetimeSeconds, warnOfDeprecatedFlow, log } = context
  const addresses = addressesAt(region, reply.request.headers.host)
  const access_token = await issueAccessToken({ client, user, scope, addresses })
  warnOfDeprecatedFlow(client, 'implicit')
  log.debug({ clientId: client.id, userId: user.id, scope }, 'a token was issued')
  return context.answerClient(reply, authorization, {
    access_token,
    token_type: 'Bearer',
    expires_in: String(lifetimeSeconds),
    ...(scope !== parameters.get('scope') && { scope }),
  })
}

/** Whether it is the person that the client means, if it means one (OpenID Connect Core §3.1.2.1). */
const isHinted = ({ idTokenHint }: AuthorizationRequest, { user }: SignIn): boolean =>
  idTokenHint === undefined || (idTokenHint !== 'unknown' && idTokenHint.userId === user.id)

const isForeign = ({ user }: SignIn, { client }: AuthorizationRequest): boolean =>
  user.account.id !== client.account.id
