import { chooseLanguage, type Language } from '@tonegate/protocol/languages'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../../base/problem.ts'
import type { BrowserAssets } from '../../http/browser-assets.ts'
import { contentSecurityPolicy } from '../../http/page-headers.ts'
import { describeRefusal } from '../../http/refusals.ts'
import { messageDocument } from './payment-page-message.ts'
import { paymentPageTexts } from './texts/payment-page-texts.ts'

/** The language that a customer reads: the browser's, else that of the flow. */
export function languageFor(request: FastifyRequest, usual?: Language): Language {
  return chooseLanguage({
    uiLocales: undefined,
    acceptLanguage: request.headers['accept-language'],
    ...(usual && { otherwise: usual }),
  })
}

/**
 * Sends a page of the payment page's.
 *
 * @param bank the origin of the customer's bank, which may then be shown in a frame and be sent a form.
 */
export function answerDocument(reply: FastifyReply, document: string, bank?: string): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header(
      'content-security-policy',
      contentSecurityPolicy({
        'script-src': "'self'",
        'style-src': "'self'",
        'connect-src': "'self'",
        ...(bank !== undefined && { 'frame-src': `'self' ${bank}` }),
        'form-action': bank === undefined ? "'self'" : `'self' ${bank}`,
      }),
    )
    .send(document)
}

/** Shows as a page what was refused, or that it failed; why it failed is in the log alone. */
export function paymentPageErrorHandler(assets: BrowserAssets) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const status = error instanceof Problem ? error.status : (error.statusCode ?? 500)
    if (status >= 500) describeRefusal(request, { err: error })
    if (error instanceof Problem) {
      describeRefusal(request, { code: error.code })
      reply.headers(error.options.headers ?? {})
    }
    const language = languageFor(request)
    const message = paymentPageTexts[language][status < 500 ? 'notUnderstood' : 'ourFault']
    return answerDocument(reply.code(status), messageDocument({ message, language, assets }))
  }
}
