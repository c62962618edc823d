import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Guid, parseGuid } from '../../base/guid.ts'
import type { Log } from '../../base/log.ts'
import type { Http } from '../../http/http.ts'
import type { SetPageHeaders } from '../../http/page-headers.ts'
import type { Client, KnownClients } from '../clients/known-clients.ts'
import { isRegistered } from '../clients/redirect-uris.ts'
import { type FormParameters, readFormParameters } from '../endpoints/form-parameters.ts'
import { type FormTokens, signOutPurpose } from './csrf.ts'
import { formFields } from './forms.ts'
import type { IdTokenHint, ReadIdTokenHint } from './id-token-hints.ts'
import { addPageRoutes, sentForm } from './page-routes.ts'
import type { Pages } from './pages/pages.ts'
import { queryOf } from './sent-parameters.ts'
import type { SignIn, SignIns } from './sign-ins.ts'

interface EndSession {
  readonly readHint: ReadIdTokenHint
  readonly clients: KnownClients
  readonly signIns: Pick<SignIns, 'current' | 'end'>
  /** Ends the refresh tokens of a sign-in. */
  readonly revokeOfSignIn: (signInId: Guid) => Promise<void>
  readonly forms: Pick<FormTokens, 'accepts'>
  readonly pages: Pages
  readonly setHeaders: SetPageHeaders
  readonly log: Log
}

/** A request to sign a person out, as far as it can be believed. */
interface SignOutRequest {
  readonly hint: IdTokenHint | undefined
  readonly client: Client | undefined
  /** One of the client's own, with `state`; `undefined` when the person stays here. */
  readonly redirectUri: string | undefined
  readonly uiLocales: string | undefined
  readonly parameters: FormParameters
}

/**
 * `GET` and `POST /auth/connect/endsession` (OpenID Connect RP-Initiated Logout 1.0). With an ID token of the
 * session that the browser is in, the person is signed out at once; without, they are asked, since any page can
 * send a browser here (§6). Where the client has not registered where it wants the person back, they stay here (§3).
 */
export function addEndSession(app: Http, path: string, parts: EndSession): void {
  const { signIns, revokeOfSignIn, forms, pages, setHeaders, log } = parts

  async function answerGet(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const asked = await readSignOut(readFormParameters(queryOf(request.url)), parts)
    if (asked === 'contradictory') return answerContradiction(request, reply)
    const signIn = await signIns.current(request)
    if (signIn === undefined) return goOn(asked, request, reply)
    if (!isOfSession(asked.hint, signIn)) return pages.signOut(request, reply, { ...asked, signIn })
    return signOut(asked, signIn, request, reply)
  }

  /**
   * The form of our own page, or a client's. With what another site posts no cookie of ours comes
   * (`SameSite=Lax`); with the GET that a redirect makes of it, it does.
   */
  async function answerPost(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const form = sentForm(request)
    const token = form.get(formFields.token)
    if (token === undefined) return reply.redirect(addressOf(form), 303)
    const asked = await readSignOut(form, parts)
    if (asked === 'contradictory') return answerContradiction(request, reply)
    const signIn = await signIns.current(request)
    if (signIn === undefined) return goOn(asked, request, reply)
    if (forms.accepts(request, token, signOutPurpose(signIn.id)))
      return signOut(asked, signIn, request, reply)
    const { parameters, uiLocales } = asked
    const startAgainAt = addressOf(parameters)
    return pages.error(request, reply, { status: 403, reason: 'form-expired', uiLocales, startAgainAt })
  }

  const addressOf = (sent: FormParameters) => `${path}?${new URLSearchParams([...withoutUnknown(sent)])}`

  function answerContradiction(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    log.info('a sign-out was refused: client_id is not the one of the ID token')
    return pages.error(request, reply, { status: 400, reason: 'request-malformed' })
  }

  /** The tokens go first: when this fails half-way the person is still signed in, and can try once more. */
  async function signOut(
    asked: SignOutRequest,
    { id, user }: SignIn,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    await revokeOfSignIn(id)
    await signIns.end(request, reply)
    log.info({ clientId: asked.client?.id, userId: user.id }, 'a user signed out')
    return goOn(asked, request, reply)
  }

  function goOn(asked: SignOutRequest, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { redirectUri, uiLocales } = asked
    if (redirectUri !== undefined) return reply.redirect(redirectUri, 303)
    if (request.method === 'POST') return reply.redirect(addressOf(asked.parameters), 303)
    return pages.signedOut(request, reply, { uiLocales })
  }

  addPageRoutes(app, {
    routes: [
      { method: 'GET', path, handler: answerGet },
      { method: 'POST', path, handler: answerPost },
    ],
    pages,
    setHeaders,
  })
}

const known = ['id_token_hint', 'client_id', 'post_logout_redirect_uri', 'state', 'ui_locales']

const withoutUnknown = (sent: FormParameters): FormParameters =>
  new Map([...sent].filter(([name]) => known.includes(name)))

/** @returns `contradictory` when `client_id` is not the one that the ID token was issued to (§2). */
async function readSignOut(
  sent: FormParameters,
  { readHint, clients }: EndSession,
): Promise<SignOutRequest | 'contradictory'> {
  const parameters = withoutUnknown(sent)
  const sentHint = parameters.get('id_token_hint')
  const hint = sentHint === undefined ? undefined : await readHint(sentHint)
  const named = parameters.get('client_id')
  const clientId = named === undefined ? hint?.clientId : parseGuid(named)
  if (hint !== undefined && clientId !== hint.clientId) return 'contradictory'
  const client = clientId && (await clients.find(clientId))
  const redirectUri = redirectUriOf(parameters, client)
  return { hint, client, redirectUri, uiLocales: parameters.get('ui_locales'), parameters }
}

/** Compared character by character, but for the port of a loopback address; with `state` as it came (§2, §3). */
function redirectUriOf(parameters: FormParameters, client: Client | undefined): string | undefined {
  const sent = parameters.get('post_logout_redirect_uri')
  if (sent === undefined || !client || !isRegistered(sent, client.postLogoutRedirectUris)) return undefined
  const state = parameters.get('state')
  if (state === undefined) return sent
  return `${sent}${sent.includes('?') ? '&' : '?'}${new URLSearchParams({ state })}`
}

/** A token of the password grant names no session; there it is enough that it is about the same person. */
function isOfSession(hint: IdTokenHint | undefined, { id, user }: SignIn): boolean {
  if (hint === undefined || hint.userId !== user.id) return false
  return hint.signInId === undefined || hint.signInId === id
}
