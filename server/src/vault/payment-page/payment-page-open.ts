import type { Language } from '@tonegate/protocol/languages'
import type { PaymentFollowData } from '@tonegate/protocol/payment-page-data'
import type { FastifyReply } from 'fastify'
import type { BrowserAssets } from '../../http/browser-assets.ts'
import { html, jsonScript } from '../../http/html.ts'
import type { OpenSession } from '../model/vault-sessions.ts'
import { answerDocument, languageFor } from './payment-page-answer.ts'
import { bankOf, challengeDocument } from './payment-page-challenge.ts'
import { errorsIn } from './payment-page-errors.ts'
import { paymentFormDocument } from './payment-page-form.ts'
import { pathOf } from './payment-page-link.ts'
import { messageDocument } from './payment-page-message.ts'
import type { PageRequest } from './payment-page-request.ts'
import { acceptOf } from './payment-page-sender.ts'
import { pageStateOf } from './payment-page-wait.ts'
import { textsAbout } from './texts/payment-page-texts.ts'

/** The page of an open session: its form, its bank's question, or that its gateway is being asked. */
export function answerOpen(
  request: PageRequest,
  reply: FastifyReply,
  {
    session,
    assets,
    now,
  }: { readonly session: OpenSession; readonly assets: BrowserAssets; readonly now: number },
): FastifyReply {
  const language = languageFor(request, session.launch.flow.language)
  const path = pathOf(request.params)
  const page = { session, path, language, assets }
  if (pageStateOf(session) === 'open') {
    const [errors, accept] = [errorsIn(request.query), acceptOf(request)]
    return answerDocument(reply, paymentFormDocument({ ...page, errors, now, accept }))
  }
  const challenge = session.challenge()
  if (challenge) return answerDocument(reply, challengeDocument({ ...page, challenge }), bankOf(challenge))
  return answerDocument(reply, processingDocument(page))
}

/** The gateway has not answered yet. Without a script the page asks again by itself. */
function processingDocument({
  session,
  path,
  language,
  assets,
}: {
  readonly session: OpenSession
  readonly path: string
  readonly language: Language
  readonly assets: BrowserAssets
}): string {
  const data: PaymentFollowData = { kind: 'follow', path, state: 'processing' }
  return messageDocument({
    message: textsAbout(session.launch.order, language).processing,
    tone: 'processing',
    order: session.view(),
    more: jsonScript('page-data', data),
    script: assets.paymentPage.script,
    head: html`<noscript><meta http-equiv="refresh" content="0; url=${path}?answer"></noscript>`,
    language,
    assets,
  })
}
