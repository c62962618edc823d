import { createHash } from 'node:crypto'
import { chooseLanguage, type Language } from '@tonegate/protocol/languages'
import type { FastifyReply } from 'fastify'
import type { AuthorizationErrorCode } from '../../base/problem.ts'
import { addressesAt, type Region } from '../../base/region.ts'
import { html, htmlDocument } from '../../http/html.ts'
import { contentSecurityPolicy } from '../../http/page-headers.ts'
import { formActionTowards } from './forms.ts'
import type { ResponseTarget } from './response-target.ts'

/** What the client is told: a code, a token (RFC 6749 §4.1.2, §4.2.2), or why there is none (§4.1.2.1). */
export type AuthorizationResponse =
  | { readonly code: string }
  | {
      readonly access_token: string
      readonly token_type: 'Bearer'
      readonly expires_in: string
      readonly scope?: string
    }
  | { readonly error: AuthorizationErrorCode; readonly error_description?: string }

/** Sends the person's browser to the client with the answer. */
export type AnswerClient = (
  reply: FastifyReply,
  target: ResponseTarget,
  response: AuthorizationResponse,
) => FastifyReply

/**
 * Makes the answers of the authorization endpoint. To each, `state` is added as it came, and `iss`
 * (RFC 9207 §2), the issuer as the person's browser, and so the client that sent it here, knows it. A redirect is a 303, which never has a browser send a password on (RFC 9700 §4.12).
 */
export function createAuthorizationResponses(region: Region, stylesheet: string): AnswerClient {
  return (reply, target, response) => {
    const { redirectUri, responseMode, state } = target
    const { issuer } = addressesAt(region, reply.request.headers.host)
    const members = new URLSearchParams({ ...response, ...(state !== undefined && { state }), iss: issuer })
    switch (responseMode) {
      case 'query':
        return reply.redirect(withQuery(redirectUri, encoded(members)), 303)
      case 'fragment':
        return reply.redirect(`${redirectUri}#${encoded(members)}`, 303)
      case 'form_post':
        return reply
          .header('content-security-policy', formPolicy(redirectUri))
          .type('text/html; charset=utf-8')
          .send(formDocument({ redirectUri, members, stylesheet, language: languageOf(reply, target) }))
    }
  }
}

/** Spaces as `%20`, which every client reads alike; some that read a fragment take `+` for itself. */
const encoded = (members: URLSearchParams): string => members.toString().replaceAll('+', '%20')

/** What the redirect URI has for a query stays (RFC 6749 §3.1.2). */
function withQuery(redirectUri: string, members: string): string {
  if (!redirectUri.includes('?')) return `${redirectUri}?${members}`
  return /[?&]$/.test(redirectUri) ? redirectUri + members : `${redirectUri}&${members}`
}

const submitScript = 'document.forms[0].submit()'
const submitSource = `'sha256-${createHash('sha256').update(submitScript).digest('base64')}'`

const formPolicy = (redirectUri: string): string =>
  contentSecurityPolicy({
    'script-src': submitSource,
    'style-src': "'self'",
    'form-action': formActionTowards(redirectUri),
  })

const continueTexts: Readonly<Record<Language, string>> = { en: 'Continue', de: 'Weiter', pl: 'Dalej' }

const languageOf = ({ request }: FastifyReply, { uiLocales }: ResponseTarget): Language =>
  chooseLanguage({ uiLocales, acceptLanguage: request.headers['accept-language'] })

/** A form that submits itself, and by a button where there is no JavaScript (OAuth 2.0 Form Post Response Mode). */
function formDocument({
  redirectUri,
  members,
  stylesheet,
  language,
}: {
  readonly redirectUri: string
  readonly members: URLSearchParams
  readonly stylesheet: string
  readonly language: Language
}): string {
  const text = continueTexts[language]
  const fields = [...members].map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )
  return htmlDocument({
    language,
    title: text,
    stylesheets: [stylesheet],
    layout: 'sheet',
    body: html`<main class="card message">
<form method="post" action="${redirectUri}">
${fields}
<noscript><button type="submit">${text}</button></noscript>
</form>
<script>${{ markup: submitScript }}</script>
</main>`,
  })
}
