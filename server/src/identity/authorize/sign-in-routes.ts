import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '../../base/log.ts'
import type { Http } from '../../http/http.ts'
import type { SetPageHeaders } from '../../http/page-headers.ts'
import type { AuthenticateUser } from '../users/authenticate-user.ts'
import type { AuthorizationRequest, AuthorizeUrl, ReadAuthorizationRequest } from './authorization-request.ts'
import type { FormTokens } from './csrf.ts'
import { formFields } from './forms.ts'
import type { KnownBrowsers } from './known-browsers.ts'
import { addPageRoutes, sentForm } from './page-routes.ts'
import type { Pages } from './pages/pages.ts'
import type { SignInNotice } from './pages/pending.ts'
import { RefusedRequest } from './refused-request.ts'
import type { SignIns } from './sign-ins.ts'

interface SignInRoutes {
  readonly read: ReadAuthorizationRequest
  readonly urlOf: AuthorizeUrl
  readonly authenticateUser: AuthenticateUser
  readonly signIns: Pick<SignIns, 'start'>
  readonly knownBrowsers: KnownBrowsers
  readonly forms: Pick<FormTokens, 'accepts'>
  readonly pages: Pages
  readonly setHeaders: SetPageHeaders
  readonly log: Log
}

/**
 * `POST /auth/sign-in`: the username and password that a person typed. Who has proved who they are is sent back to
 * the authorization endpoint by a 303, which has no browser send the password on (RFC 9700 §4.12).
 *
 * What was wrong, the username or the password, shows neither in the answer nor in its status. That is 200: a 401
 * would have to come with a challenge (RFC 9110 §15.5.2), and a page's form is none.
 */
export function addSignInRoutes(app: Http, path: string, parts: SignInRoutes): void {
  const { read, urlOf, authenticateUser, signIns, knownBrowsers, forms, pages, setHeaders, log } = parts

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const form = sentForm(request)
    const pending = await read(form).catch(swallowRefusal)
    if (pending === undefined) return reply.redirect(urlOf(form), 303)
    if (!forms.accepts(request, form.get(formFields.token), 'sign-in')) {
      const { parameters, uiLocales } = pending
      const startAgainAt = urlOf(parameters)
      return pages.error(request, reply, { status: 403, reason: 'form-expired', uiLocales, startAgainAt })
    }
    return authenticate(pending, request, reply)
  }

  async function authenticate(
    pending: AuthorizationRequest,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const form = sentForm(request)
    const username = (form.get(formFields.username) ?? '').trim()
    const password = form.secrets.get(formFields.password)
    const clientId = pending.client.id
    const again = (notice: SignInNotice) =>
      pages.signIn(request, reply, { ...pending, loginHint: username }, notice)

    if (username === '' || password === undefined) return again('wrong')
    const knownBrowser = knownBrowsers.find(request, username)
    const attempt = await authenticateUser({ username, password, address: request.ip, knownBrowser })
    if (attempt.outcome !== 'authenticated') {
      log.info({ clientId, outcome: attempt.outcome }, 'a sign-in was refused')
      return again(attempt.outcome === 'refused' ? 'wrong' : { ...attempt, reason: attempt.outcome })
    }
    const { user } = attempt
    if (user.account.id !== pending.client.account.id && !pending.client.shared) {
      log.info({ clientId, userId: user.id, outcome: 'foreign account' }, 'a sign-in was refused')
      return again('foreign-account')
    }
    if (typeof pending.idTokenHint === 'object' && pending.idTokenHint.userId !== user.id) {
      log.info({ clientId, userId: user.id, outcome: 'another person' }, 'a sign-in was refused')
      return again('another-person')
    }
    if (!(await signIns.start(request, reply, user))) {
      log.info({ clientId, userId: user.id, outcome: 'ended meanwhile' }, 'a sign-in was refused')
      return again('wrong')
    }
    knownBrowsers.remember(request, reply, user.username)
    log.info({ clientId, userId: user.id }, 'a user signed in')
    return reply.redirect(urlOf(pending.parameters, 'login'), 303)
  }

  addPageRoutes(app, {
    routes: [
      { method: 'POST', path, handler: answer },
      { method: 'GET', path, handler: (request, reply) => answerNoPage(request, reply, pages) },
    ],
    pages,
    setHeaders,
  })
}

/** The authorization endpoint, sent the same parameters, says what is wrong with them to whom it concerns. */
export function swallowRefusal(error: unknown): undefined {
  if (!(error instanceof RefusedRequest)) throw error
}

/** Somebody has loaded the address of a form, which is in the browser's bar after the form was sent. */
export function answerNoPage(request: FastifyRequest, reply: FastifyReply, pages: Pages): FastifyReply {
  reply.header('allow', 'POST')
  return pages.error(request, reply, { status: 405, reason: 'no-page-of-its-own' })
}
