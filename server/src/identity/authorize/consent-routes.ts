import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '../../base/log.ts'
import type { Http } from '../../http/http.ts'
import type { SetPageHeaders } from '../../http/page-headers.ts'
import type { AuthorizationRequest, AuthorizeUrl, ReadAuthorizationRequest } from './authorization-request.ts'
import type { AnswerClient } from './authorization-response.ts'
import type { Consents } from './consents.ts'
import { consentPurpose, type FormTokens } from './csrf.ts'
import { type Decision, formFields } from './forms.ts'
import { addPageRoutes, sentForm } from './page-routes.ts'
import type { Pages } from './pages/pages.ts'
import { answerNoPage, swallowRefusal } from './sign-in-routes.ts'
import type { SignIn, SignIns } from './sign-ins.ts'

interface ConsentRoutes {
  readonly read: ReadAuthorizationRequest
  readonly urlOf: AuthorizeUrl
  readonly answerClient: AnswerClient
  readonly signIns: Pick<SignIns, 'current'>
  readonly consents: Pick<Consents, 'give'>
  readonly forms: Pick<FormTokens, 'accepts'>
  readonly pages: Pages
  readonly setHeaders: SetPageHeaders
  readonly log: Log
}

/** What the person decided; whatever is not one of our buttons is a refusal. */
interface Decided {
  readonly decision: Decision | undefined
  readonly pending: AuthorizationRequest
  readonly signIn: SignIn
}

/**
 * `POST /auth/consent`: what the person decided. Consent is kept before the person is sent back to the
 * authorization endpoint; a refusal goes to the client at once (RFC 6749 §4.1.2.1).
 */
export function addConsentRoutes(app: Http, path: string, parts: ConsentRoutes): void {
  const { read, urlOf, answerClient, signIns, consents, forms, pages, setHeaders, log } = parts

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const form = sentForm(request)
    const pending = await read(form).catch(swallowRefusal)
    if (pending === undefined) return reply.redirect(urlOf(form), 303)
    const signIn = await signIns.current(request)
    if (signIn === undefined || !isOurs(request, signIn, pending)) {
      const { parameters, uiLocales } = pending
      const startAgainAt = urlOf(parameters)
      return pages.error(request, reply, { status: 403, reason: 'form-expired', uiLocales, startAgainAt })
    }
    const decision = form.get(formFields.decision) as Decision | undefined
    return decide({ decision, pending, signIn }, request, reply)
  }

  async function decide(
    { decision, pending, signIn: { user } }: Decided,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { client, scope, parameters } = pending
    const entry = { clientId: client.id, userId: user.id, scope }
    switch (decision) {
      case 'allow':
        await consents.give(user.id, client.id, scope)
        log.info(entry, 'a user gave consent')
        return reply.redirect(urlOf(parameters, 'consent'), 303)
      case 'switch-user':
        return pages.signIn(request, reply, { ...pending, loginHint: undefined }, 'other-person')
      default:
        log.info(entry, 'a user refused consent')
        return answerClient(reply, pending, { error: 'access_denied' })
    }
  }

  function isOurs(request: FastifyRequest, { id }: SignIn, { client, scope }: AuthorizationRequest): boolean {
    const token = sentForm(request).get(formFields.token)
    return forms.accepts(request, token, consentPurpose(id, client.id, scope))
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
