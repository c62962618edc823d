import { chooseLanguage } from '@tonegate/protocol/languages'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Region } from '../../../base/region.ts'
import { htmlDocument } from '../../../http/html.ts'
import { contentSecurityPolicy, pageHeaders } from '../../../http/page-headers.ts'
import type { AuthorizeUrl } from '../authorization-request.ts'
import { consentPurpose, type FormTokens, signOutPurpose } from '../csrf.ts'
import { formPaths } from '../forms.ts'
import type { SignInNotices } from '../sign-in-notices.ts'
import type { SignIn } from '../sign-ins.ts'
import { consentPage } from './consent-page.ts'
import { errorPage, signedOutPage } from './message-pages.ts'
import type { Page, Wording } from './page.ts'
import type { PageProblem, PendingRequest, PendingSignOut, SignInNotice } from './pending.ts'
import { signInPage } from './sign-in-page.ts'
import { signOutPage } from './sign-out-page.ts'
import { textsOf } from './texts/texts-of.ts'

/**
 * The pages of the identity server: each answers the request. The sign-in page and the question for consent are loaded by
 * a GET alone: a POST that leads to one is answered by a redirect to the authorization endpoint, so that neither Back nor
 * a reload sends a form again.
 */
export interface Pages {
  /** Shows the sign-in page if the form that was answered last, for this very request, leads to it. */
  signInAfterForm(
    request: FastifyRequest,
    reply: FastifyReply,
    pending: PendingRequest,
  ): FastifyReply | undefined
  signIn(
    request: FastifyRequest,
    reply: FastifyReply,
    pending: PendingRequest,
    notice?: SignInNotice,
  ): FastifyReply
  consent(request: FastifyRequest, reply: FastifyReply, pending: PendingRequest, signIn: SignIn): FastifyReply
  signOut(request: FastifyRequest, reply: FastifyReply, pending: PendingSignOut): FastifyReply
  signedOut(
    request: FastifyRequest,
    reply: FastifyReply,
    options: { readonly uiLocales: string | undefined },
  ): FastifyReply
  error(request: FastifyRequest, reply: FastifyReply, problem: PageProblem): FastifyReply
}

/**
 * Makes the pages. Each is for one person at one moment: it is kept nowhere, framed by nobody (RFC 9700 §4.16),
 * refers to nothing (§4.2.4), runs no script, and loads nothing but its stylesheet.
 */
export function createPages({
  region,
  forms,
  notices,
  urlOf,
  stylesheet,
}: {
  readonly region: Region
  readonly forms: FormTokens
  readonly notices: SignInNotices
  readonly urlOf: AuthorizeUrl
  /** Its path on this origin. */
  readonly stylesheet: string
}): Pages {
  const paths = formPaths(region.issuer)
  const headers = { ...pageHeaders(region.issuer), vary: 'Accept-Language' }

  function answer(reply: FastifyReply, { language }: Wording, page: Page): FastifyReply {
    const { title, body, formAction } = page
    const policy = contentSecurityPolicy({
      'style-src': "'self'",
      ...(formAction !== undefined && { 'form-action': formAction }),
    })
    return reply
      .headers(headers)
      .header('content-security-policy', policy)
      .header('content-language', language)
      .type('text/html; charset=utf-8')
      .send(htmlDocument({ language, title, stylesheets: [stylesheet], layout: 'sheet', body }))
  }

  function signIn(
    request: FastifyRequest,
    reply: FastifyReply,
    pending: PendingRequest,
    notice?: SignInNotice,
  ): FastifyReply {
    if (request.method === 'POST') {
      const address = urlOf(pending.parameters)
      if (notice !== undefined) notices.leave(reply, address, { notice, loginHint: pending.loginHint })
      return reply.redirect(address, 303)
    }
    const wording = wordingFor(request, pending.uiLocales)
    if (typeof notice === 'object') {
      reply.code(429).header('retry-after', String(notice.retryAfterSeconds))
    }
    const token = forms.issue(request, reply, 'sign-in')
    return answer(
      reply,
      wording,
      signInPage(wording, {
        pending,
        action: paths.signIn,
        token,
        notice: notice === 'other-person' ? undefined : notice,
      }),
    )
  }

  return {
    signIn,
    signInAfterForm(request, reply, pending) {
      if (request.method === 'POST') return undefined
      const left = notices.take(request, reply, urlOf(pending.parameters))
      return left && signIn(request, reply, { ...pending, loginHint: left.loginHint }, left.notice)
    },
    consent(request, reply, pending, signIn) {
      if (request.method === 'POST') return reply.redirect(urlOf(pending.parameters), 303)
      const wording = wordingFor(request, pending.uiLocales)
      const token = forms.issue(request, reply, consentPurpose(signIn.id, pending.client.id, pending.scope))
      return answer(reply, wording, consentPage(wording, { pending, signIn, action: paths.consent, token }))
    },
    signOut(request, reply, pending) {
      const wording = wordingFor(request, pending.uiLocales)
      const token = forms.issue(request, reply, signOutPurpose(pending.signIn.id))
      return answer(reply, wording, signOutPage(wording, { pending, action: paths.endSession, token }))
    },
    signedOut(request, reply, { uiLocales }) {
      const wording = wordingFor(request, uiLocales)
      return answer(reply, wording, signedOutPage(wording))
    },
    error(request, reply, problem) {
      const wording = wordingFor(request, problem.uiLocales)
      return answer(reply.code(problem.status), wording, errorPage(wording, problem, request.id))
    },
  }
}

function wordingFor({ headers }: FastifyRequest, uiLocales: string | undefined): Wording {
  const language = chooseLanguage({ uiLocales, acceptLanguage: headers['accept-language'] })
  return { language, texts: textsOf(language) }
}
