import type { FastifyReply } from 'fastify'
import type { BrowserAssets } from '../../http/browser-assets.ts'
import { answerDocument, languageFor } from './payment-page-answer.ts'
import type { LinkTarget } from './payment-page-link.ts'
import { messageDocument } from './payment-page-message.ts'
import type { PageRequest } from './payment-page-request.ts'
import { paymentPageTexts } from './texts/payment-page-texts.ts'

/** The link leads to no payment any more, or never did. */
export function answerNoPayment(
  request: PageRequest,
  reply: FastifyReply,
  {
    target,
    assets,
  }: {
    readonly target: Extract<LinkTarget, { readonly kind: 'former' | 'unknown' }>
    readonly assets: BrowserAssets
  },
): FastifyReply {
  const isFormer = target.kind === 'former'
  const language = languageFor(request, isFormer ? target.session.launch.flow.language : undefined)
  const { newerLink, unknownLink } = paymentPageTexts[language]
  const message = isFormer ? newerLink : unknownLink
  return answerDocument(reply.code(isFormer ? 410 : 404), messageDocument({ message, language, assets }))
}
