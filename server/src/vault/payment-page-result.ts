import type { BrowserAssets } from '../base/browser-assets.ts'
import { html, htmlDocument } from '../base/html.ts'
import { formatAmount } from './format-amount.ts'
import {
  declineReasonTexts,
  outcomeTexts,
  paymentPageTexts,
  processingText,
  tooManyAttemptsText,
  verifiedText,
} from './page-texts.ts'
import type { ViewState } from './view-state.ts'

/** How the payment ended, or that it is still under way, in plain words. */
export function paymentResultDocument(state: ViewState, assets: BrowserAssets): string {
  const { order, merchantName, result } = state
  const { heading, advice } = textOf(state)
  const reason = result?.declineReason && declineReasonTexts[result.declineReason]
  return htmlDocument({
    title: heading,
    stylesheets: [assets.pages.stylesheet],
    layout: 'sheet',
    body: html`<main class="card message ${result?.outcome ?? 'processing'}">
<h1>${heading}</h1>
${reason === undefined ? undefined : html`<p>${reason}</p>`}
<p>${advice}</p>
<dl class="facts">
<div><dt>Merchant</dt><dd>${merchantName}</dd></div>
<div><dt>Amount</dt><dd>${order.amountMinor === 0 ? paymentPageTexts.verifyAmount : formatAmount(order, 'en')}</dd></div>
${order.reference === undefined ? undefined : html`<div><dt>Reference</dt><dd>${order.reference}</dd></div>`}
</dl>
</main>`,
  })
}

function textOf({ order, result }: ViewState): { readonly heading: string; readonly advice: string } {
  if (!result) return processingText
  if (result.end === 'too-many-failed-attempts') return tooManyAttemptsText
  if (result.outcome === 'approved' && order.amountMinor === 0) return verifiedText
  return outcomeTexts[result.outcome]
}
