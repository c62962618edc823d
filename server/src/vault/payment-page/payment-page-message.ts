import type { Language } from '@tonegate/protocol/languages'
import type { Message, PaymentPageTexts } from '@tonegate/protocol/payment-page-texts'
import { formatAmount } from '../../base/money/format-amount.ts'
import { foldLineBreaks } from '../../base/text/line-breaks.ts'
import type { BrowserAssets } from '../../http/browser-assets.ts'
import { type Html, html, htmlDocument } from '../../http/html.ts'
import type { Ending, OpenSession } from '../model/vault-sessions.ts'
import { textsAbout } from './texts/payment-page-texts.ts'

/** What a page says of the payment that it is about. */
type Order = Pick<ReturnType<OpenSession['view']>, 'order' | 'merchantName'>

/** A page that tells the customer one thing, and of which payment. */
export function messageDocument({
  message: { heading, advice },
  tone = '',
  reason,
  order,
  more,
  language,
  assets,
  ...document
}: {
  readonly message: Message
  /** The class that says how it ended. */
  readonly tone?: string
  readonly reason?: string | undefined
  readonly order?: Order | undefined
  /** What follows the text. */
  readonly more?: Html
  readonly language: Language
  readonly assets: BrowserAssets
  readonly script?: string
  readonly head?: Html
}): string {
  return htmlDocument({
    ...document,
    language,
    title: heading,
    stylesheets: assets.paymentPage.stylesheets,
    layout: 'sheet',
    body: html`<main class="card message ${tone}">
<h1>${heading}</h1>
${reason === undefined ? undefined : html`<p>${reason}</p>`}
<p>${advice}</p>
${more}
${order && facts(order, language)}
</main>`,
  })
}

function facts({ order, merchantName }: Order, language: Language): Html {
  const texts = textsAbout(order, language)
  const { reference } = order
  const amount = order.amountMinor === 0 ? texts.verifyAmount : formatAmount(order, language)
  return html`<dl class="facts">
<div><dt>${texts.merchantLabel}</dt><dd>${merchantName}</dd></div>
<div><dt>${texts.amountLabel}</dt><dd>${amount}</dd></div>
${reference === undefined ? undefined : html`<div><dt>${texts.referenceLabel}</dt><dd>${foldLineBreaks(reference)}</dd></div>`}
</dl>`
}

/**
 * How a payment ended, in plain words.
 *
 * @param seen `now` by whoever has just paid, `later` by whoever opens the link afterwards.
 */
export function endingDocument(
  ending: Ending,
  {
    seen,
    language,
    assets,
  }: {
    readonly seen: 'now' | 'later'
    readonly language: Language
    readonly assets: BrowserAssets
  },
): string {
  const texts = textsAbout(ending.order, language)
  return messageDocument({
    message: messageOf(ending, seen, texts),
    tone: ending.end === 'timeout' || ending.end === 'expired' ? '' : ending.outcome,
    reason: ending.declineReason && texts.declineReasons[ending.declineReason],
    order: ending,
    language,
    assets,
  })
}

function messageOf({ end, outcome, order }: Ending, seen: 'now' | 'later', texts: PaymentPageTexts): Message {
  if (end === 'too-many-failed-attempts') return texts.tooManyAttempts
  if (end === 'timeout' || end === 'expired') return texts.ranOut
  if (end === 'cancelled' && outcome === 'unknown') return texts.cancelledAtBank
  if (outcome !== 'approved') return texts.outcomes[outcome]
  if (order.amountMinor === 0) return seen === 'now' ? texts.verified : texts.verifiedAlready
  return seen === 'now' ? texts.outcomes.approved : texts.paidAlready
}
