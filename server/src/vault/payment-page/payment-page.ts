import type { Language } from '@tonegate/protocol/languages'
import type { FormErrors, PaymentFollowData, SubmitAnswer } from '@tonegate/protocol/payment-page-data'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Parts } from '../../base/parts.ts'
import { emptyForm, FormBody } from '../../http/bodies/form-body.ts'
import type { BrowserAssets } from '../../http/browser-assets.ts'
import { html, jsonScript } from '../../http/html.ts'
import type { Http } from '../../http/http.ts'
import type { SetPageHeaders } from '../../http/page-headers.ts'
import type { OpenSession, VaultSessions } from '../model/vault-sessions.ts'
import { answerDocument, languageFor, paymentPageErrorHandler } from './payment-page-answer.ts'
import { readTypedCard } from './payment-page-card.ts'
import { bankOf, challengeDocument, registerChallengeReturn } from './payment-page-challenge.ts'
import { addressWithErrors, errorsIn } from './payment-page-errors.ts'
import { errorAdvice, paymentFormDocument } from './payment-page-form.ts'
import {
  createFindByLink,
  type LinkTarget,
  openByLink,
  PaymentPageLink,
  pathOf,
  paymentPagePath,
} from './payment-page-link.ts'
import { endingDocument, messageDocument } from './payment-page-message.ts'
import { acceptOf, readCardSender } from './payment-page-sender.ts'
import { registerPaymentPageState } from './payment-page-state.ts'
import { answerMilliseconds, createSubmit } from './payment-page-submit.ts'
import { createVoidSubmissions } from './payment-page-void.ts'
import { pageStateOf, waitWhile } from './payment-page-wait.ts'
import { paymentPageTexts, textsAbout } from './texts/payment-page-texts.ts'

/** With `?answer` the page waits for the end of a payment that is under way, for whoever has just paid. */
const PaymentQuery = Type.Object({ answer: Type.Optional(Type.Unknown()) })

type PageRequest = FastifyRequest<{ Params: PaymentPageLink; Querystring: Readonly<Record<string, unknown>> }>

/**
 * `GET /pay/{guid}/{secret}`: the customer's payment page; `POST`: the card typed into it. Whoever has the link may
 * pay, once; afterwards it says how that ended. A form is answered by a redirect, so that neither Back nor a reload
 * sends it again; the page's own script gets a {@link SubmitAnswer} instead.
 *
 * A GET changes nothing: link previews and scanners follow links, too. That somebody has opened the page is what the
 * page itself reports (see `payment-page-state.ts`), or, without a script, its form.
 *
 * Nothing of a card that was refused comes back in the page.
 */
export function registerPaymentPage(
  app: Http,
  {
    sessions,
    setHeaders,
    clock,
    log,
    assets,
  }: Pick<Parts, 'clock' | 'log'> & {
    readonly sessions: VaultSessions
    readonly setHeaders: SetPageHeaders
    readonly assets: BrowserAssets
  },
): void {
  const findByLink = createFindByLink({ sessions, clock })
  const submit = createSubmit({ clock, log })
  const voidSubmissions = createVoidSubmissions()
  const options = {
    schema: { params: PaymentPageLink, querystring: PaymentQuery },
    onRequest: setHeaders,
    errorHandler: paymentPageErrorHandler(assets),
  }

  app.get(paymentPagePath, options, async (request, reply) => {
    const isAnswer = request.query.answer !== undefined
    const open = openByLink(sessions, request.params)
    if (open && isAnswer) await waitWhile('processing', open, { clock, milliseconds: answerMilliseconds })
    const target = await findByLink(request.params)
    if (target.kind === 'open') return answerOpen(request, reply, target.session)
    if (target.kind !== 'ended') return answerNoPayment(request, reply, target)
    const { ending } = target
    const language = languageFor(request, ending.language)
    const seen = isAnswer ? 'now' : 'later'
    return answerDocument(reply, endingDocument(ending, { seen, language, assets }))
  })

  app.post(paymentPagePath, { ...options, config: { holdsSecrets: true } }, async (request, reply) => {
    const session = openByLink(sessions, request.params)
    if (!session) return answerOver(request, reply)
    const form = request.body instanceof FormBody ? request.body : emptyForm
    if (voidSubmissions.has(session, form.get('submission'))) return sendAnswer(reply, { kind: 'done' })
    const card = readTypedCard(form, session.launch.flow)
    if ('missing' in card && form.size > 0) session.pageOpened()
    const submitted = 'missing' in card ? card.missing : submit(session, card, readCardSender(request, form))
    request.ownBody?.fill(0)
    const errors = await submitted
    if (Object.keys(errors).length > 0 && pageStateOf(session) === 'open') {
      return answerErrors(request, reply, { session, errors })
    }
    if (!isScript(request)) return reply.redirect(`${pathOf(request.params)}?answer`, 303)
    return sendAnswer(reply, { kind: 'done' })
  })

  registerPaymentPageState(app, { sessions, setHeaders, clock, voidSubmissions })
  registerChallengeReturn(app, { sessions, findByLink, setHeaders, assets })

  function answerOpen(request: PageRequest, reply: FastifyReply, session: OpenSession): FastifyReply {
    const language = languageFor(request, session.launch.flow.language)
    const path = pathOf(request.params)
    const page = { session, path, language, assets }
    if (pageStateOf(session) === 'open') {
      return answerDocument(
        reply,
        paymentFormDocument({
          ...page,
          errors: errorsIn(request.query),
          now: clock.now(),
          accept: acceptOf(request),
        }),
      )
    }
    const challenge = session.challenge()
    if (challenge) return answerDocument(reply, challengeDocument({ ...page, challenge }), bankOf(challenge))
    return answerDocument(reply, processingDocument(page))
  }

  /** A form that came too late: how the session has ended is said by its page. */
  async function answerOver(request: PageRequest, reply: FastifyReply): Promise<FastifyReply> {
    if (isScript(request)) return sendAnswer(reply, { kind: 'done' })
    const target = await findByLink(request.params)
    if (target.kind === 'former' || target.kind === 'unknown') return answerNoPayment(request, reply, target)
    return reply.redirect(pathOf(request.params), 303)
  }

  /** The link leads to no payment any more, or never did. */
  function answerNoPayment(
    request: PageRequest,
    reply: FastifyReply,
    target: Extract<LinkTarget, { readonly kind: 'former' | 'unknown' }>,
  ): FastifyReply {
    const isFormer = target.kind === 'former'
    const language = languageFor(request, isFormer ? target.session.launch.flow.language : undefined)
    const { newerLink, unknownLink } = paymentPageTexts[language]
    const message = isFormer ? newerLink : unknownLink
    return answerDocument(reply.code(isFormer ? 410 : 404), messageDocument({ message, language, assets }))
  }

  function answerErrors(
    request: PageRequest,
    reply: FastifyReply,
    { session, errors }: { readonly session: OpenSession; readonly errors: FormErrors },
  ): FastifyReply {
    if (!isScript(request)) return reply.redirect(addressWithErrors(pathOf(request.params), errors), 303)
    const language = languageFor(request, session.launch.flow.language)
    const advice = errorAdvice(session, errors, paymentPageTexts[language])
    return sendAnswer(reply.code(422), { kind: 'refused', errors, advice })
  }
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

function isScript({ headers }: FastifyRequest): boolean {
  return headers.accept === 'application/json'
}

function sendAnswer(reply: FastifyReply, answer: SubmitAnswer): FastifyReply {
  return reply.send(answer)
}
