import type { Parts } from '../../base/parts.ts'
import type { BrowserAssets } from '../../http/browser-assets.ts'
import type { Http } from '../../http/http.ts'
import type { SetPageHeaders } from '../../http/page-headers.ts'
import type { VaultSessions } from '../model/vault-sessions.ts'
import { answerDocument, languageFor } from './payment-page-answer.ts'
import { registerChallengeReturn } from './payment-page-challenge.ts'
import { createFindByLink, openByLink, paymentPagePath } from './payment-page-link.ts'
import { endingDocument } from './payment-page-message.ts'
import { answerNoPayment } from './payment-page-no-payment.ts'
import { answerOpen } from './payment-page-open.ts'
import { registerPaymentForm } from './payment-page-posted.ts'
import { type PaymentPageParts, pageOptions } from './payment-page-request.ts'
import { registerPaymentPageState } from './payment-page-state.ts'
import { answerMilliseconds } from './payment-page-submit.ts'
import { createVoidSubmissions } from './payment-page-void.ts'
import { waitWhile } from './payment-page-wait.ts'

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
    log,
    ...given
  }: Pick<Parts, 'clock' | 'log'> & {
    readonly sessions: VaultSessions
    readonly setHeaders: SetPageHeaders
    readonly assets: BrowserAssets
  },
): void {
  const parts = { ...given, findByLink: createFindByLink(given) }
  const voidSubmissions = createVoidSubmissions()
  registerPage(app, parts)
  registerPaymentForm(app, { ...parts, voidSubmissions, log })
  registerPaymentPageState(app, { ...given, voidSubmissions })
  registerChallengeReturn(app, parts)
}

function registerPage(app: Http, parts: PaymentPageParts): void {
  const { sessions, findByLink, clock, assets } = parts
  app.get(paymentPagePath, pageOptions(parts), async (request, reply) => {
    const isAnswer = request.query.answer !== undefined
    const open = openByLink(sessions, request.params)
    if (open && isAnswer) await waitWhile('processing', open, { clock, milliseconds: answerMilliseconds })
    const target = await findByLink(request.params)
    if (target.kind === 'open')
      return answerOpen(request, reply, { session: target.session, assets, now: clock.now() })
    if (target.kind !== 'ended') return answerNoPayment(request, reply, { target, assets })
    const { ending } = target
    const language = languageFor(request, ending.language)
    const seen = isAnswer ? 'now' : 'later'
    return answerDocument(reply, endingDocument(ending, { seen, language, assets }))
  })
}
