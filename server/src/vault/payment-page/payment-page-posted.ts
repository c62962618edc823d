import type { FormErrors, SubmitAnswer } from '@tonegate/protocol/payment-page-data'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '../../base/log.ts'
import { emptyForm, FormBody } from '../../http/bodies/form-body.ts'
import type { Http } from '../../http/http.ts'
import type { OpenSession } from '../model/vault-sessions.ts'
import { languageFor } from './payment-page-answer.ts'
import { readTypedCard } from './payment-page-card.ts'
import { addressWithErrors } from './payment-page-errors.ts'
import { errorAdvice } from './payment-page-form.ts'
import { openByLink, pathOf, paymentPagePath } from './payment-page-link.ts'
import { answerNoPayment } from './payment-page-no-payment.ts'
import { type PageRequest, type PaymentPageParts, pageOptions } from './payment-page-request.ts'
import { readCardSender } from './payment-page-sender.ts'
import { createSubmit } from './payment-page-submit.ts'
import type { VoidSubmissions } from './payment-page-void.ts'
import { pageStateOf } from './payment-page-wait.ts'
import { paymentPageTexts } from './texts/payment-page-texts.ts'

/** `POST /pay/{guid}/{secret}`: the card typed into the page. */
export function registerPaymentForm(
  app: Http,
  {
    voidSubmissions,
    log,
    ...parts
  }: PaymentPageParts & { readonly voidSubmissions: VoidSubmissions; readonly log: Log },
): void {
  const { sessions, findByLink, assets, clock } = parts
  const submit = createSubmit({ clock, log })
  const options = { ...pageOptions(parts), config: { holdsSecrets: true as const } }

  app.post(paymentPagePath, options, async (request, reply) => {
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

  /** A form that came too late: how the session has ended is said by its page. */
  async function answerOver(request: PageRequest, reply: FastifyReply): Promise<FastifyReply> {
    if (isScript(request)) return sendAnswer(reply, { kind: 'done' })
    const target = await findByLink(request.params)
    if (target.kind === 'former' || target.kind === 'unknown')
      return answerNoPayment(request, reply, { target, assets })
    return reply.redirect(pathOf(request.params), 303)
  }
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

function isScript({ headers }: FastifyRequest): boolean {
  return headers.accept === 'application/json'
}

function sendAnswer(reply: FastifyReply, answer: SubmitAnswer): FastifyReply {
  return reply.send(answer)
}
