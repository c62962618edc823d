import { chooseLanguage } from '@tonegate/protocol/languages'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../../base/problem.ts'
import type { BrowserAssets } from '../../http/browser-assets.ts'
import { html, htmlDocument } from '../../http/html.ts'
import { contentSecurityPolicy } from '../../http/page-headers.ts'
import { describeRefusal } from '../../http/refusals.ts'
import { errorPageTexts } from './view-page-texts.ts'

/** Answers with an error in plain words, in the browser's language. The page refuses to be framed. */
export function answerErrorPage(
  reply: FastifyReply,
  status: number,
  error: keyof (typeof errorPageTexts)['en'],
  assets: BrowserAssets,
): FastifyReply {
  const language = chooseLanguage({
    uiLocales: undefined,
    acceptLanguage: reply.request.headers['accept-language'],
  })
  const { heading, advice } = errorPageTexts[language][error]
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('content-security-policy', contentSecurityPolicy({ 'style-src': "'self'" }))
    .send(
      htmlDocument({
        language,
        title: heading,
        stylesheets: [assets.pages.stylesheet],
        layout: 'sheet',
        body: html`<main class="card message">
<h1>${heading}</h1>
<p>${advice}</p>
</main>`,
      }),
    )
}

/** Shows as a page what a page's route refused, or that it failed; why it failed is in the log alone. */
export function pageErrorHandler(assets: BrowserAssets) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const status = error instanceof Problem ? error.status : (error.statusCode ?? 500)
    if (error instanceof Problem) {
      describeRefusal(request, { code: error.code })
      reply.headers(error.options.headers ?? {})
    }
    if (status < 500) return answerErrorPage(reply, status, 'not-understood', assets)
    describeRefusal(request, { err: error })
    return answerErrorPage(reply, status, 'our-fault', assets)
  }
}
