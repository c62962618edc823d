import type { Language } from '@tonegate/protocol/languages'
import type { PaymentFollowData } from '@tonegate/protocol/payment-page-data'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { Problem } from '../../base/problem.ts'
import { FormBody } from '../../http/bodies/form-body.ts'
import type { BrowserAssets } from '../../http/browser-assets.ts'
import { html, jsonScript } from '../../http/html.ts'
import type { Http } from '../../http/http.ts'
import { contentSecurityPolicy, type SetPageHeaders } from '../../http/page-headers.ts'
import type { Challenge } from '../model/gateway.ts'
import type { OpenSession, VaultSessions } from '../model/vault-sessions.ts'
import { languageFor, paymentPageErrorHandler } from './payment-page-answer.ts'
import {
  type FindByLink,
  type LinkTarget,
  openByLink,
  PaymentPageLink,
  pathOf,
  paymentPagePath,
} from './payment-page-link.ts'
import { endingDocument, messageDocument } from './payment-page-message.ts'
import { paymentPageTexts, textsAbout } from './texts/payment-page-texts.ts'

/** Banks send a handful. */
const maxFields = 50

/**
 * The page on which the customer's bank asks the customer (3-D Secure): in a frame, or without a script in the
 * window itself.
 */
export function challengeDocument({
  session,
  challenge: { url, method = 'post', fields },
  path,
  language,
  assets,
}: {
  readonly session: OpenSession
  readonly challenge: Challenge
  readonly path: string
  readonly language: Language
  readonly assets: BrowserAssets
}): string {
  const texts = textsAbout(session.launch.order, language)
  const data: PaymentFollowData = { kind: 'follow', path, state: 'challenge' }
  return messageDocument({
    message: texts.challenge,
    tone: 'challenge',
    order: session.view(),
    more: html`<form id="to-bank" method="${method}" action="${url}">
${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button class="primary" type="submit">${texts.toBank}</button>
</form>
<iframe name="bank" title="${texts.bank}" hidden></iframe>
${jsonScript('page-data', data)}`,
    script: assets.paymentPage.script,
    language,
    assets,
  })
}

/** The origin of the bank's page, for the policy of the page that shows it. */
export const bankOf = ({ url }: Challenge): string => new URL(url).origin

/**
 * `…/challenge`: the customer's bank sends the customer back, with its answer in a form that is posted or in the query
 * of a GET; that it comes from another site is in its nature. In the frame it answers with a page that says so, and the
 * page around the frame goes on by itself; in a window of its own it leads back to the payment. Whoever comes back to a
 * payment that has ended meanwhile is told how, for instance that it was cancelled.
 */
export function registerChallengeReturn(
  app: Http,
  {
    sessions,
    findByLink,
    setHeaders,
    assets,
  }: {
    readonly sessions: VaultSessions
    readonly findByLink: FindByLink
    readonly setHeaders: SetPageHeaders
    readonly assets: BrowserAssets
  },
): void {
  const url = `${paymentPagePath}/challenge`
  const onRequest = setHeaders
  const errorHandler = paymentPageErrorHandler(assets)
  app.post(
    url,
    { schema: { params: PaymentPageLink, body: Type.Unknown() }, onRequest, errorHandler },
    async (request, reply) =>
      comeBack(request, reply, { link: request.params, answer: readAnswer(request.body) }),
  )
  app.get(
    url,
    { schema: { params: PaymentPageLink }, onRequest, errorHandler, exposeHeadRoute: false },
    async (request, reply) =>
      comeBack(request, reply, { link: request.params, answer: queryOf(request.url) }),
  )

  async function comeBack(
    request: FastifyRequest,
    reply: FastifyReply,
    { link, answer }: { readonly link: PaymentPageLink; readonly answer: BankAnswer | undefined },
  ) {
    const session = openByLink(sessions, link)
    const path = `${pathOf(link)}?answer`
    if (answer) session?.challengeAnswered(answer)
    if (request.headers['sec-fetch-dest'] === 'document') return reply.redirect(path, 303)
    const target = await findByLink(link)
    return sendInFrame(reply, documentFor(request, target, path))
  }

  function documentFor(request: FastifyRequest, target: LinkTarget, path: string): string {
    if (target.kind === 'ended') {
      const { ending } = target
      return endingDocument(ending, { seen: 'now', language: languageFor(request, ending.language), assets })
    }
    const open = target.kind === 'open' ? target.session : undefined
    const language = languageFor(request, open?.launch.flow.language)
    const texts = open ? textsAbout(open.launch.order, language) : paymentPageTexts[language]
    return messageDocument({
      message: texts.challengeDone,
      more: html`<p><a class="button" href="${path}" target="_top">${texts.toPayment}</a></p>`,
      language,
      assets,
    })
  }

  function sendInFrame(reply: FastifyReply, document: string): FastifyReply {
    return reply
      .type('text/html; charset=utf-8')
      .header('x-frame-options', 'sameorigin')
      .header(
        'content-security-policy',
        contentSecurityPolicy({ 'style-src': "'self'", 'frame-ancestors': "'self'" }),
      )
      .send(document)
  }
}

type BankAnswer = Readonly<Record<string, string>>

/** A GET without a query is nobody's answer. */
function queryOf(url: string): BankAnswer | undefined {
  const { searchParams } = new URL(url, 'http://localhost')
  return searchParams.size > 0 ? answerOf([...searchParams]) : undefined
}

function readAnswer(body: unknown): BankAnswer {
  if (!(body instanceof FormBody)) throw new Problem('invalid-request', 'The request body must be a form.')
  return answerOf([...body.texts()])
}

function answerOf(fields: readonly (readonly [name: string, value: string])[]): BankAnswer {
  if (fields.length > maxFields)
    throw new Problem('invalid-request', `The form has too many fields. The limit is ${maxFields}.`)
  const answer = Object.fromEntries(fields)
  if (Object.keys(answer).length < fields.length) {
    throw new Problem('invalid-request', 'A field was sent twice.')
  }
  return answer
}
