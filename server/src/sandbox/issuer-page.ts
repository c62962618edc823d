import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { formatAmount } from '../base/money/format-amount.ts'
import { Problem } from '../base/problem.ts'
import type { Region } from '../base/region.ts'
import { emptyForm, FormBody } from '../http/bodies/form-body.ts'
import type { BrowserAssets } from '../http/browser-assets.ts'
import { type Html, html, htmlDocument } from '../http/html.ts'
import type { Http } from '../http/http.ts'
import { contentSecurityPolicy, createPageHeaders } from '../http/page-headers.ts'
import type { IssuerQuestion } from '../vault/gateways/sandbox-gateway.ts'
import type { BankQuestions } from './bank-questions.ts'

const path = '/sandbox/issuer'
const IssuerQuery = Type.Object({ reference: Type.String({ maxLength: 100 }) })

export const issuerUrlOf = ({ paymentOrigin }: Pick<Region, 'paymentOrigin'>): string =>
  `${paymentOrigin}${path}`

/**
 * The sandbox's bank (3-D Secure). `POST /sandbox/issuer` with `reference` asks the customer; `…/decision` records
 * what the customer decided, once. Both lead to `GET /sandbox/issuer`, which asks, or sends the browser back to where the
 * payment said it comes from, with the reference in a form. Only the payment page of the same region can frame it.
 */
export function issuerPage({
  questions,
  region,
  assets,
}: {
  readonly questions: Pick<BankQuestions, 'find' | 'decide'>
  readonly region: Region
  readonly assets: BrowserAssets
}): (app: Http) => void {
  const onRequest = createPageHeaders(region.paymentOrigin)

  function answer(reply: FastifyReply, { title, body, formAction, script }: BankPage): FastifyReply {
    return reply
      .removeHeader('x-frame-options')
      .type('text/html; charset=utf-8')
      .header(
        'content-security-policy',
        contentSecurityPolicy({
          'script-src': "'self'",
          'style-src': "'self'",
          'form-action': formAction,
          'frame-ancestors': region.paymentOrigin,
        }),
      )
      .send(
        htmlDocument({
          title,
          stylesheets: assets.issuerPage.stylesheets,
          ...(script && { script: assets.issuerPage.script }),
          layout: 'panel',
          body: html`<p class="bank">Sandbox bank</p>
<main>
${body}
</main>`,
        }),
      )
  }

  const formOf = ({ body }: FastifyRequest) => (body instanceof FormBody ? body : emptyForm)

  async function findQuestion(reference: string): Promise<IssuerQuestion> {
    const question = await questions.find(reference)
    if (!question) throw new Problem('not-found', 'The sandbox bank has no payment with this reference.')
    return question
  }

  return (app) => {
    const leadToPage = (reply: FastifyReply, reference: string) =>
      reply.redirect(`${path}?${new URLSearchParams({ reference })}`, 303)

    app.post(path, { onRequest }, async (request, reply) => {
      const reference = formOf(request).get('reference') ?? ''
      await findQuestion(reference)
      return leadToPage(reply, reference)
    })

    app.get(path, { schema: { querystring: IssuerQuery }, onRequest }, async (request, reply) => {
      const { reference } = request.query
      const question = await findQuestion(reference)
      if (question.decision !== undefined) return answer(reply, wayBack(question, reference))
      return answer(reply, {
        title: 'Sandbox bank',
        formAction: "'self'",
        body: html`<h1>Confirm payment of ${formatAmount(question.order, 'en')}?</h1>
<p>A real bank would ask for a code or a fingerprint here.</p>
<form method="post" action="${path}/decision">
<input type="hidden" name="reference" value="${reference}">
<button class="yes" name="decision" value="confirmed">Confirm</button>
<button name="decision" value="refused">Decline</button>
</form>`,
      })
    })

    app.post(`${path}/decision`, { onRequest }, async (request, reply) => {
      const form = formOf(request)
      const reference = form.get('reference') ?? ''
      await findQuestion(reference)
      const decision = form.get('decision')
      if (decision !== 'confirmed' && decision !== 'refused') {
        throw new Problem('invalid-request', 'decision must be confirmed or refused.')
      }
      await questions.decide(reference, decision)
      return leadToPage(reply, reference)
    })
  }
}

interface BankPage {
  readonly title: string
  readonly body: Html
  readonly formAction: string
  readonly script?: 'submits'
}

/** Leads back to the payment, and nowhere else: the address is what the gateway was given. */
function wayBack({ returnUrl, decision }: IssuerQuestion, reference: string): BankPage {
  return {
    title: 'Sandbox bank',
    formAction: new URL(returnUrl).origin,
    script: 'submits',
    body: html`<h1>${decision === 'confirmed' ? 'Confirmed' : 'Declined'}</h1>
<form id="back" method="post" action="${returnUrl}">
<input type="hidden" name="reference" value="${reference}">
<button class="yes">Back to the payment</button>
</form>`,
  }
}
