import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { BrowserAssets } from '../base/browser-assets.ts'
import type { Clock } from '../base/clock.ts'
import { parseGuid } from '../base/guid.ts'
import type { Http } from '../base/http.ts'
import type { Log } from '../base/log.ts'
import { contentSecurityPolicy, type SetPageHeaders } from '../base/page-headers.ts'
import { Problem } from '../base/problem.ts'
import type { CaptureSessions, LiveCapture, TypedCard } from './capture-sessions.ts'
import { type FormErrors, readTypedCard } from './payment-page-card.ts'
import { paymentFormDocument } from './payment-page-form.ts'
import { paymentResultDocument } from './payment-page-result.ts'
import { answerErrorPage, pageErrorHandler } from './view-error-page.ts'

const path = '/pay/:guid/:secret'
const PaymentLink = Type.Object({ guid: Type.String(), secret: Type.String() })
type PaymentLink = Type.Static<typeof PaymentLink>
/** With `?answer` the page waits for the end of a payment that is under way. */
const PaymentQuery = Type.Object({ answer: Type.Optional(Type.Unknown()) })

/** The gateway's own time-out comes first; this is for what is done around it. */
const graceMilliseconds = 5_000

/**
 * `GET /pay/{guid}/{secret}`: the customer's payment page; `POST`: the card typed into it. Whoever has the link
 * may pay, once. A wrong link and one that has ended answer alike.
 *
 * Nothing of a card that was refused comes back in the page.
 */
export function registerPaymentPage(
  app: Http,
  {
    captures,
    setHeaders,
    clock,
    log,
    assets,
  }: {
    readonly captures: CaptureSessions
    readonly setHeaders: SetPageHeaders
    readonly clock: Clock
    readonly log: Log
    readonly assets: BrowserAssets
  },
): void {
  const options = {
    schema: { params: PaymentLink, querystring: PaymentQuery },
    onRequest: setHeaders,
    errorHandler: pageErrorHandler(assets),
  }

  app.get(path, options, async (request, reply) => {
    const capture = findByLink(captures, request.params)
    if (!capture) return answerErrorPage(reply, 404, 'link-over', assets)
    if (request.method === 'GET') {
      capture.pageOpened()
      log.info({ capture: capture.guid, tenant: capture.launch.tenant }, 'the payment page was opened')
    }
    if (capture.view().state !== 'processing') {
      return answerForm(reply, 200, { capture, link: request.params, errors: {} })
    }
    if (request.query.answer !== undefined) await untilEnded(capture, clock)
    return answerState(reply, capture, request.params)
  })

  app.post(path, options, async (request, reply) => {
    const capture = findByLink(captures, request.params)
    if (!capture) return answerErrorPage(reply, 404, 'link-over', assets)
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
    const card = readTypedCard(form)
    const errors = 'missing' in card ? card.missing : await submit(capture, card)
    return Object.keys(errors).length > 0 && capture.view().state !== 'ended'
      ? answerForm(reply, 422, { capture, link: request.params, errors })
      : answerState(reply, capture, request.params)
  })

  /** A second click finds the first one's payment under way, and waits with it for the answer. */
  async function submit(capture: LiveCapture, card: TypedCard): Promise<FormErrors> {
    try {
      return await capture.submitCard(card)
    } catch (error) {
      if (!(error instanceof Problem && error.code === 'not-possible-now')) throw error
      await untilEnded(capture, clock)
      return {}
    }
  }

  function answerForm(
    reply: FastifyReply,
    status: number,
    {
      capture,
      link,
      errors,
    }: { readonly capture: LiveCapture; readonly link: PaymentLink; readonly errors: FormErrors },
  ): FastifyReply {
    reply.code(status)
    return answerPage(reply, paymentFormDocument({ capture, action: pathOf(link), errors, assets }))
  }

  /** The result; or that there is none yet, on a page that goes on to wait for it. */
  function answerState(reply: FastifyReply, capture: LiveCapture, link: PaymentLink): FastifyReply {
    const state = capture.view()
    if (state.state !== 'ended') reply.header('refresh', `0; url=${pathOf(link)}?answer`)
    return answerPage(reply, paymentResultDocument(state, assets))
  }
}

function pathOf({ guid, secret }: PaymentLink): string {
  return `/pay/${guid}/${encodeURIComponent(secret)}`
}

function findByLink(captures: CaptureSessions, { guid, secret }: PaymentLink): LiveCapture | undefined {
  const parsed = parseGuid(guid)
  const capture = parsed && captures.find(parsed)
  return capture?.admits(secret) === 'current' ? capture : undefined
}

function answerPage(reply: FastifyReply, document: string): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header(
      'content-security-policy',
      contentSecurityPolicy({ 'style-src': "'self'", 'img-src': "'self' data:", 'form-action': "'self'" }),
    )
    .send(document)
}

/** Resolves when the session has ended, or can be waited for no longer. */
function untilEnded(capture: LiveCapture, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      unsubscribe()
      stopWaiting()
      resolve()
    }
    const unsubscribe = capture.subscribe(({ state }) => state === 'ended' && done())
    const stopWaiting = clock.after(
      capture.launch.flow.gatewayTimeoutSeconds * 1000 + graceMilliseconds,
      done,
    )
    if (capture.view().state === 'ended') done()
  })
}
